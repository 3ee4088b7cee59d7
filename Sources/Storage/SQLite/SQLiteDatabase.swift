import Glibc
import VoicePipeline

/// The database that everything durable lives in: one file, one thread.
///
/// Write-ahead log with `synchronous=FULL`: what was confirmed survives the process being killed and the power going,
/// at the price of one flush of the disk a change.
public actor SQLiteDatabase {
    /// Where the database lives.
    public enum Location: Sendable {
        /// Gone with the process.
        case memory
        /// A file; its folder is made if need be, both are for the owner alone.
        case file(String)
    }

    private let thread: StorageThread
    private let connection: SQLiteConnection

    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        thread.asUnownedSerialExecutor()
    }

    /// Opens or makes the database and brings it up to date. Reads the disk: call it at the start of the program.
    /// - Parameter maximumPages: pages of 4096 bytes at most; nil for no limit but the disk's.
    /// - Throws: `.unusable` with advice for a damaged, newer or unreadable file, `.full` when it cannot be written.
    public init(_ location: Location, maximumPages: Int? = nil) throws(StorageError) {
        let path: String
        switch location {
        case .memory: path = ":memory:"
        case .file(let file):
            path = file
            try Self.prepareFile(file)
        }
        thread = try StorageThread(name: "storage")
        connection = try SQLiteConnection(path: path)
        try Self.configure(connection)
        if let maximumPages { try connection.setMaximumPages(maximumPages) }
        try Migrations.run(on: connection)
    }

    private static func configure(_ connection: borrowing SQLiteConnection) throws(StorageError) {
        connection.setBusyTimeout(milliseconds: 2000)
        try connection.execute("PRAGMA journal_mode=WAL")
        try connection.execute("PRAGMA synchronous=FULL")
        try connection.execute("PRAGMA foreign_keys=ON")
        try connection.execute("PRAGMA trusted_schema=OFF")
        // The log file shrinks back after a burst.
        try connection.execute("PRAGMA journal_size_limit=1048576")
    }

    /// Makes the folder (0700) and the file (0600), so that no one else can read what was said.
    private static func prepareFile(_ path: String) throws(StorageError) {
        var folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        if folder.isEmpty { folder = path.hasPrefix("/") ? "/" : "." }
        var made = folder.hasPrefix("/") ? "/" : ""
        for part in folder.split(separator: "/") {
            made += made.isEmpty || made.hasSuffix("/") ? part : "/" + part
            guard mkdir(made, 0o700) == 0 || errno == EEXIST || errno == EROFS || errno == EACCES else {
                if errno == ENOSPC { throw .full }
                throw .unusable("The folder \(made) cannot be made: \(reason()).")
            }
        }
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            if errno == ENOSPC { throw .full }
            throw .unusable(
                "The database \(path) cannot be opened: \(reason()). See that its folder may be written to.")
        }
        fchmod(descriptor, 0o600)
        close(descriptor)
    }

    private static func reason() -> String {
        String(cString: strerror(errno))
    }

    /// Runs one statement.
    /// - Returns: rows changed.
    @discardableResult
    func run(_ sql: StaticString, _ values: SQLiteValue...) throws(StorageError) -> Int {
        let statement = try connection.prepare(sql)
        try Self.bind(values, to: statement)
        while try statement.step() {}
        return connection.changes
    }

    /// Runs one query.
    /// - Parameter read: makes a value of the current row.
    func rows<Row: Sendable>(
        _ sql: StaticString, _ values: SQLiteValue..., read: @Sendable (borrowing SQLiteStatement) -> Row
    ) throws(StorageError) -> [Row] {
        let statement = try connection.prepare(sql)
        try Self.bind(values, to: statement)
        var rows: [Row] = []
        while try statement.step() { rows.append(read(statement)) }
        return rows
    }

    /// Runs `body` in one transaction: all of it happens, or nothing.
    func transaction<Value: Sendable>(
        _ body: @Sendable (isolated SQLiteDatabase) throws(StorageError) -> Value
    ) throws(StorageError) -> Value {
        try connection.execute("BEGIN IMMEDIATE")
        do {
            let value = try body(self)
            try connection.execute("COMMIT")
            return value
        } catch {
            connection.rollBack()
            throw error
        }
    }

    private static func bind(_ values: [SQLiteValue], to statement: borrowing SQLiteStatement) throws(StorageError) {
        var index: Int32 = 1
        for value in values {
            try statement.bind(index, value)
            index += 1
        }
    }
}
