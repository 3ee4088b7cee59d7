// swift-tools-version: 6.0
import PackageDescription

// llhttp is the one library that Debian 12 ships as sources only; set-up builds it here.
let llhttp = "\(Context.packageDirectory)/.deps/llhttp"
let findLLHTTP: [SwiftSetting] = [.unsafeFlags(["-Xcc", "-I\(llhttp)/include"])]
let linkLLHTTP: [LinkerSetting] = [.unsafeFlags(["-L\(llhttp)/lib"])]

// scripts/fuzz.sh builds the modules once more, in a folder of its own, watched by libFuzzer and the address sanitizer.
let isFuzzing = Context.environment["HOTPIN_FUZZ"] != nil
let watched: [SwiftSetting] = isFuzzing ? [.unsafeFlags(["-sanitize=fuzzer,address"])] : []

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: findLLHTTP + watched)
}

func tests(_ name: String, _ modules: Set<String>) -> Target {
    // All that a test imports is named, or it is not compiled anew when that changes.
    let inner: Set = ["VoiceTesting", "VoicePipeline", "VoiceProtocol"]
    return .testTarget(
        name: name, dependencies: modules.union(inner).sorted().map { .byName(name: $0) }, swiftSettings: findLLHTTP,
        linkerSettings: linkLLHTTP)
}

func executable(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies, swiftSettings: findLLHTTP, linkerSettings: linkLLHTTP)
}

func system(_ name: String, pkgConfig: String? = nil) -> Target {
    .systemLibrary(name: name, path: "Sources/C/\(name)", pkgConfig: pkgConfig)
}

/// The fuzzers of Tests/fuzz; absent from every other build.
func fuzzers() -> [Target] {
    guard isFuzzing else { return [] }
    return [
        .systemLibrary(name: "CLibFuzzer", path: "Tests/fuzz/CLibFuzzer"),
        .executableTarget(
            name: "hotpin-fuzz",
            dependencies: [
                "CLibFuzzer", "VoiceProtocol", "VoicePipeline", "VoiceBrain", "Transport", "AudioCodecs",
                "VoiceServer", "VoiceTesting",
            ],
            path: "Tests/fuzz", exclude: ["CLibFuzzer", "corpus", "dictionaries"], swiftSettings: findLLHTTP + watched,
            linkerSettings: linkLLHTTP + [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])]),
    ]
}

let package = Package(
    name: "hotpin",
    products: [
        .executable(name: "hotpin", targets: ["hotpin"]),
        .executable(name: "ws-echo", targets: ["ws-echo"]),
    ],
    targets: [
        // The bytes on the wire and the state machines that firmware shares.
        module("VoiceProtocol"),
        // Engine protocols, turn decisions, the session engine.
        module("VoicePipeline", ["VoiceProtocol"]),
        module("VoiceBrain", ["VoicePipeline"]),
        // Adapters: none imports another; each C module belongs to one of them.
        module("Transport", ["VoicePipeline", "CUV", "CLLHTTP", "CWSLay", "CCurl", "COpenSSL"]),
        module("SpeechEngines", ["VoicePipeline", "COnnxRuntime", "CESpeak"]),
        module("AudioCodecs", ["VoicePipeline", "VoiceProtocol", "CSndfile", "CSoxr", "COpus"]),
        module("Storage", ["VoicePipeline", "CSQLite", "CHiredis"]),
        // The application: doors and routes.
        module("VoiceServer", ["VoiceProtocol", "VoicePipeline", "VoiceBrain", "Transport"]),
        module("VoiceTesting", ["VoicePipeline", "Transport"]),
        executable(
            "hotpin",
            ["VoiceServer", "VoiceBrain", "Transport", "SpeechEngines", "AudioCodecs", "Storage", "CCrash"]),
        executable("ws-echo", ["Transport"]),
        // What the durability tests kill.
        .executableTarget(name: "storage-writer", dependencies: ["Storage"], path: "Tests/StorageWriter"),
        .executableTarget(
            name: "recognition-bench", dependencies: ["SpeechEngines", "AudioCodecs", "VoicePipeline"],
            path: "Benchmarks/Recognition"),
        // C libraries.
        system("CUV", pkgConfig: "libuv"),
        system("CLLHTTP"),
        system("CWSLay"),
        system("CCurl", pkgConfig: "libcurl"),
        system("COnnxRuntime"),
        system("CESpeak", pkgConfig: "espeak-ng"),
        system("CSndfile", pkgConfig: "sndfile"),
        system("CSoxr", pkgConfig: "soxr"),
        // Without its pkg-config entry, as hiredis.
        system("COpus"),
        system("CSQLite", pkgConfig: "sqlite3"),
        system("COpenSSL", pkgConfig: "openssl"),
        // Without its pkg-config entry, whose flags the package manager warns of; header and library are where all are.
        system("CHiredis"),
        .target(name: "CCrash", path: "Sources/C/CCrash"),
        tests("VoiceProtocolTests", ["VoiceProtocol"]),
        tests("VoicePipelineTests", ["VoicePipeline"]),
        tests("VoiceBrainTests", ["VoiceBrain", "Storage", "Transport"]),
        tests("TransportTests", ["Transport"]),
        tests("SpeechEnginesTests", ["SpeechEngines", "AudioCodecs"]),
        tests("AudioCodecsTests", ["AudioCodecs"]),
        tests("StorageTests", ["Storage"]),
        tests("VoiceServerTests", ["VoiceServer", "Transport", "VoiceBrain", "AudioCodecs"]),
    ] + fuzzers(),
    swiftLanguageModes: [.v6]
)
