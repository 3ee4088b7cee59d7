import CHiredis
import Glibc
import VoicePipeline

/// One connection to a Redis. Owns the handle; used by one thread, which its calls block.
final class RedisConnection {
    private let context: UnsafeMutablePointer<redisContext>

    /// Connects, shows the password and takes the database.
    /// - Parameter seconds: for the connecting, and for each answer while it is made.
    /// - Throws: `.unusable` when Redis does not take the password, `.unreachable` when it is not there.
    init(_ address: RedisAddress, seconds: Double) throws(StorageError) {
        let made =
            switch address.place {
            case .tcp(let host, let port): redisConnectWithTimeout(host, Int32(clamping: port), timeval(seconds))
            case .unix(let path): redisConnectUnixWithTimeout(path, timeval(seconds))
            }
        guard let made else { throw .unreachable("There is no memory for a connection to Redis.") }
        context = made
        guard made.pointee.err == 0 else { throw .unreachable("Redis at \(address.name) cannot be reached.") }
        if case .tcp = address.place { redisEnableKeepAlive(made) }
        setTimeout(seconds: seconds)
        if let password = address.password {
            let account = (address.user.map { [$0] } ?? []) + [password]
            _ = try run((["AUTH"] + account).map { Array($0.utf8) })
        }
        if address.database != 0 { _ = try run(["SELECT", "\(address.database)"].map { Array($0.utf8) }) }
        // Also finds a Redis that wants a password and was given none, or one that is still loading.
        _ = try run([Array("PING".utf8)])
    }

    deinit {
        redisFree(context)
    }

    /// How long an answer may take.
    func setTimeout(seconds: Double) {
        redisSetTimeout(context, timeval(seconds))
    }

    /// Whether it may be used: nothing failed on it, and the other side has not closed it.
    var isAlive: Bool { context.pointee.err == 0 && hotpin_redis_is_closed(context) == 0 }

    /// Sends one command, its arguments byte for byte, and waits for the answer.
    func run(_ arguments: [[UInt8]]) throws(StorageError) -> RedisValue {
        guard let raw = send(arguments) else {
            throw .unreachable("The connection to Redis was lost, or it did not answer in time.")
        }
        defer { freeReplyObject(raw) }
        let reply = raw.assumingMemoryBound(to: redisReply.self)
        let value = RedisValue(reply)
        guard reply.pointee.type == REDIS_REPLY_ERROR else { return value }
        throw Self.error(value.bytes ?? [])
    }

    private func send(_ arguments: [[UInt8]]) -> UnsafeMutableRawPointer? {
        var lengths = arguments.map(\.count)
        let all = Array(arguments.joined())
        return all.withUnsafeBytes { buffer in
            // Of a command without a single byte there is no address; Redis has none such.
            guard let start = buffer.baseAddress?.assumingMemoryBound(to: CChar.self) else { return nil }
            var pointers: [UnsafePointer<CChar>?] = []
            var offset = 0
            for argument in arguments {
                pointers.append(start + offset)
                offset += argument.count
            }
            return redisCommandArgv(context, Int32(clamping: arguments.count), &pointers, &lengths)
        }
    }

    /// Only the error's code is kept: the rest may repeat what was sent.
    private static func error(_ text: [UInt8]) -> StorageError {
        let code = String(decoding: text.prefix { $0 > 0x20 && $0 < 0x7F }.prefix(32), as: UTF8.self)
        let wantsPassword = text.starts(with: Array("ERR invalid password".utf8))
        switch code {
        case "NOAUTH", "WRONGPASS", "NOPERM",
            _ where wantsPassword:
            return .unusable("Redis does not take the user or the password of REDIS_URL (\(code)).")
        case "OOM", "MISCONF", "READONLY", "NOREPLICAS": return .full
        case "LOADING", "BUSY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN":
            return .unreachable("Redis is not ready (\(code)).")
        default: return .failed(code: 0, message: "Redis answers with the error \(code)")
        }
    }
}

extension timeval {
    fileprivate init(_ seconds: Double) {
        self.init(tv_sec: Int(seconds), tv_usec: Int((seconds - seconds.rounded(.down)) * 1e6))
    }
}
