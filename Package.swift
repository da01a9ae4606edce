// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "glowjar",
  products: [.executable(name: "glowjar", targets: ["glowjar"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
  ],
  targets: [
    // Floor 0: the machine seam and system libraries.
    .target(name: "CMachine"),
    .systemLibrary(name: "CSDL2", providers: [.apt(["libsdl2-dev"])]),
    .systemLibrary(name: "CSPNG", providers: [.apt(["libspng-dev"])]),
    .systemLibrary(name: "CCapstone", providers: [.apt(["libcapstone-dev"])]),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CLinux"),
    .systemLibrary(name: "CZstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(name: "CXXHash", providers: [.apt(["libxxhash-dev"])]),
    .target(name: "TOML", swiftSettings: swiftSettings),
    .target(name: "Archive", dependencies: ["CZlib", "CZstd"], swiftSettings: swiftSettings),

    // Floors 1 to 4: the engine, instances, reports.
    .target(name: "Engine", dependencies: ["CMachine"], swiftSettings: swiftSettings),
    .target(
      name: "Listing", dependencies: ["Engine", "CCapstone"], swiftSettings: swiftSettings),
    .target(name: "Dwarf", dependencies: ["Engine"], swiftSettings: swiftSettings),
    .target(name: "Runtime", dependencies: ["Engine", "CMachine"], swiftSettings: swiftSettings),
    .target(
      name: "Postmortem",
      dependencies: [
        "Dwarf", "Engine", "Runtime", .product(name: "Crypto", package: "swift-crypto"),
      ],
      exclude: ["Coredump/FORMAT.md"], swiftSettings: swiftSettings),

    // Floors 5 to 7: the console, its profiles and its two drivers.
    .target(
      name: "Console", dependencies: ["Engine", "Runtime", "Postmortem", "TOML"],
      swiftSettings: swiftSettings),
    .target(
      name: "Replay",
      dependencies: [
        "Console", "Postmortem", "Runtime", "CXXHash", "CZstd",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: swiftSettings),
    .target(
      name: "Firefly",
      dependencies: [
        "Console", "Engine", "Postmortem", "Runtime",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: swiftSettings),
    .target(
      name: "Wasm4",
      dependencies: [
        "Console", "Engine", "Postmortem", "Runtime",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: swiftSettings),
    .target(
      name: "Headless",
      dependencies: [
        "Console", "Postmortem", "Runtime", "CSPNG",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: swiftSettings),
    .target(
      name: "CartTesting",
      dependencies: [
        "Console", "Headless", "Postmortem", "Replay", "Runtime", "TOML", "CLinux",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: swiftSettings),
    .target(
      name: "Shell", dependencies: ["Console", "Postmortem", "CSDL2", "CZlib"],
      swiftSettings: swiftSettings),

    // Floors 8 and 9: the command line.
    .target(
      name: "Commands",
      dependencies: [
        "Archive", "CartTesting", "Engine", "Listing", "Runtime", "Postmortem", "Console",
        "Firefly", "Wasm4", "Headless", "Replay", "Shell", "TOML", "CLinux", "CZlib",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: swiftSettings),
    .executableTarget(name: "glowjar", dependencies: ["Commands"], swiftSettings: swiftSettings),

    .target(
      name: "TestKit", dependencies: ["Engine"], path: "Tests/TestKit",
      swiftSettings: swiftSettings),
    .target(
      name: "ROMMutants", dependencies: ["Archive", "Console", "Firefly", "TestKit"],
      path: "Tests/ROMMutants", swiftSettings: swiftSettings),
    .testTarget(
      name: "ArchiveTests", dependencies: ["Archive"], swiftSettings: swiftSettings),
    .testTarget(
      name: "ConsoleTests", dependencies: ["Console", "Engine"], swiftSettings: swiftSettings),
    .testTarget(
      name: "FireflyTests",
      dependencies: ["Console", "Engine", "Firefly", "Postmortem", "Runtime", "TestKit"],
      exclude: ["official-pictures.jsonl"], swiftSettings: swiftSettings),
    .testTarget(
      name: "Wasm4Tests",
      dependencies: ["Console", "Engine", "Headless", "Runtime", "TestKit", "Wasm4"],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "HeadlessTests",
      dependencies: [
        "Console", "Firefly", "Headless", "Runtime",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: swiftSettings),
    .target(
      name: "ReplayMutants",
      dependencies: ["Console", "CXXHash", "CZstd", "Firefly", "Replay", "TestKit"],
      path: "Tests/ReplayMutants", swiftSettings: swiftSettings),
    .testTarget(
      name: "ReplayTests",
      dependencies: [
        "Console", "Engine", "Firefly", "Headless", "Replay", "ReplayMutants", "Runtime", "TestKit",
      ],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "CartTestingTests",
      dependencies: ["CartTesting", "Console", "Engine", "Runtime", "TOML", "TestKit"],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "PostmortemTests",
      dependencies: ["DebugMutants", "Postmortem", "Engine", "Runtime", "TestKit"],
      exclude: ["Programs"], swiftSettings: swiftSettings),
    .testTarget(
      name: "ShellTests", dependencies: ["Shell", "Console", "Postmortem"],
      swiftSettings: swiftSettings),
    .target(
      name: "Interpreter", dependencies: ["Engine"], path: "Tests/Interpreter",
      swiftSettings: swiftSettings),
    .target(
      name: "TrapAnywhere", dependencies: ["Engine", "Interpreter", "Runtime", "TestKit"],
      path: "Tests/TrapAnywhere", swiftSettings: swiftSettings),
    .executableTarget(
      name: "boundary", dependencies: ["Engine", "Postmortem", "Runtime", "TestKit"],
      path: "tools/boundary", swiftSettings: swiftSettings),
    .executableTarget(
      name: "hotpath", dependencies: ["Engine"], path: "tools/hotpath",
      swiftSettings: swiftSettings),
    .executableTarget(
      name: "traps",
      dependencies: [
        "Interpreter", "TrapAnywhere",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "tools/traps", swiftSettings: swiftSettings),
    .target(
      name: "ModuleMutants", dependencies: ["Engine", "Runtime", "TestKit"],
      path: "Tests/ModuleMutants", swiftSettings: swiftSettings),
    .target(
      name: "DebugMutants", dependencies: ["Engine", "Postmortem", "Runtime", "TestKit"],
      path: "Tests/DebugMutants", swiftSettings: swiftSettings),
    .executableTarget(
      name: "mutants",
      dependencies: [
        "DebugMutants", "Interpreter", "ModuleMutants", "ROMMutants", "ReplayMutants", "TestKit",
        "TrapAnywhere",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "tools/mutants", swiftSettings: swiftSettings),
    .testTarget(
      name: "DwarfTests", dependencies: ["Dwarf", "Engine", "TestKit"], exclude: ["Crashers"],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "CommandsTests",
      dependencies: [
        "Archive", "Commands", "Console", "Engine", "Firefly", "Postmortem", "ROMMutants",
        "Runtime", "TOML", "TestKit",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "EngineTests", dependencies: ["Engine", "Listing", "TestKit"],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "InterpreterTests",
      dependencies: [
        "Engine", "Interpreter", "ModuleMutants", "Runtime", "TestKit", "TrapAnywhere",
      ],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "RuntimeTests", dependencies: ["Engine", "Runtime", "CMachine", "TestKit"],
      swiftSettings: swiftSettings),
  ]
)

/// The settings of all Swift targets; `tools/test` sets the variable that turns warnings into errors.
var swiftSettings: [SwiftSetting] {
  let strict = Context.environment["GLOWJAR_WARNINGS_AS_ERRORS"] != nil
  return [.enableUpcomingFeature("MemberImportVisibility")]
    + (strict ? [.treatAllWarnings(as: .error)] : [])
}
