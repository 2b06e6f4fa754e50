// swift-tools-version: 6.1
import PackageDescription

// Targets stand in pipeline order; each may import only those above it (`scripts/validate` checks this).
let strict: [SwiftSetting] =
    [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
    ]
    // Set by .ci/run; a flag of the build itself would reach the dependencies too.
    + (Context.environment["KERNELWRIGHT_WARNINGS_AS_ERRORS"] == nil
        ? [] : [.unsafeFlags(["-warnings-as-errors"])])

let package = Package(
    name: "kernelwright",
    products: [
        .executable(name: "kernelwright", targets: ["kernelwright"]),
        // Has the functions of NVIDIA's driver and the emulator behind them; tests open it as a driver.
        .library(name: "EmulatedCUDADriver", type: .dynamic, targets: ["EmulatedCUDADriver"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        .target(name: "KernelIR", swiftSettings: strict),
        .target(name: "CWorkloads", cSettings: [.unsafeFlags(["-O3", "-fno-math-errno"])]),
        .target(
            name: "Workloads",
            dependencies: [
                "KernelIR", "CWorkloads",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ],
            resources: [.copy("Resources")],
            swiftSettings: strict),
        .target(name: "CReference", cSettings: [.unsafeFlags(["-O3"])]),
        .target(name: "Reference", dependencies: ["Workloads", "CReference"], swiftSettings: strict),
        .target(name: "Operators", dependencies: ["Workloads", "KernelIR"], swiftSettings: strict),
        .target(name: "Scheduling", dependencies: ["KernelIR"], swiftSettings: strict),
        .target(name: "Rendering", dependencies: ["KernelIR"], swiftSettings: strict),
        .target(name: "CNVRTC"),
        .target(name: "CUDAToolchain", dependencies: ["KernelIR", "CNVRTC"], swiftSettings: strict),
        .target(name: "CSIMT", cSettings: [.unsafeFlags(["-O3"])]),
        .target(name: "SIMT", dependencies: ["CSIMT"], swiftSettings: strict),
        .target(name: "CCUDADriver"),
        .target(name: "EmulatedCUDADriver", dependencies: ["SIMT", "CCUDADriver"], swiftSettings: strict),
        .target(name: "COpenCL", linkerSettings: [.linkedLibrary("OpenCL")]),
        .target(name: "CSandbox"),
        .target(name: "CInertLoader"),
        .target(
            name: "Devices", dependencies: ["Rendering", "CUDAToolchain", "SIMT", "COpenCL", "CCUDADriver"],
            swiftSettings: strict),
        .target(name: "Workers", dependencies: ["Devices", "CSandbox"], swiftSettings: strict),
        .executableTarget(
            name: "kernelwright-worker", dependencies: ["Workers", "CInertLoader"], swiftSettings: strict,
            // Drivers must find the worker's own dlopen.
            linkerSettings: [.unsafeFlags(["-Xlinker", "--export-dynamic"])]),
        .target(name: "CEvaluation", cSettings: [.unsafeFlags(["-O3"])]),
        .target(
            name: "Evaluation",
            dependencies: [
                "Devices", "Reference", "Workers", "CEvaluation", .product(name: "Crypto", package: "swift-crypto"),
            ],
            resources: [
                .copy("Baseline/evaluation.py"), .copy("Baseline/reproduce.py"),
                .copy("Baseline/reproduce-cuda.py"),
            ],
            swiftSettings: strict),
        .target(
            name: "Policies", dependencies: ["Operators", "Scheduling", "Rendering", "SIMT", "Evaluation"],
            swiftSettings: strict),
        .target(
            name: "Refinement",
            dependencies: ["Policies", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: strict),
        // A policy too, which records what it asks as runs record their turns.
        .target(name: "LanguageModels", dependencies: ["Refinement"], swiftSettings: strict),
        // Behind the policies: a policy sees records as values and cannot reach a database.
        .target(
            name: "Library",
            dependencies: ["Refinement", .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: strict),
        .target(
            name: "Studies", dependencies: ["Library", "CUDAToolchain", "SIMT"],
            resources: [.copy("Ladders/Kernels")], swiftSettings: strict),
        .executableTarget(
            name: "kernelwright",
            dependencies: [
                "CUDAToolchain", "LanguageModels", "Library", "Studies",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        .testTarget(name: "KernelIRTests", dependencies: ["KernelIR"], swiftSettings: strict),
        .testTarget(
            name: "WorkloadsTests",
            dependencies: ["Workloads", .product(name: "SwiftProtobuf", package: "swift-protobuf")],
            swiftSettings: strict),
        .testTarget(
            name: "ConformanceTests",
            dependencies: ["Reference", .product(name: "SwiftProtobuf", package: "swift-protobuf")],
            swiftSettings: strict),
        .testTarget(name: "ReferenceTests", dependencies: ["Reference"], exclude: ["Data"], swiftSettings: strict),
        .testTarget(name: "OperatorsTests", dependencies: ["Operators", "Reference"], swiftSettings: strict),
        .testTarget(name: "SchedulingTests", dependencies: ["Scheduling"], swiftSettings: strict),
        .testTarget(name: "RenderingTests", dependencies: ["Rendering", "Scheduling"], swiftSettings: strict),
        .testTarget(
            name: "CUDAToolchainTests", dependencies: ["CUDAToolchain", "Rendering", "Scheduling"],
            exclude: ["Fixtures"], swiftSettings: strict),
        .testTarget(
            name: "SIMTTests", dependencies: ["SIMT", "CSIMT"], resources: [.copy("Resources")], swiftSettings: strict),
        .testTarget(
            name: "DevicesTests", dependencies: ["Devices", "Workloads", "CCUDADriver"], swiftSettings: strict),
        .testTarget(name: "WorkersTests", dependencies: ["Workers"], swiftSettings: strict),
        .testTarget(
            name: "EvaluationTests", dependencies: ["Evaluation", "Studies", "kernelwright-worker"],
            swiftSettings: strict),
        .testTarget(name: "PoliciesTests", dependencies: ["Policies"], swiftSettings: strict),
        .testTarget(name: "RefinementTests", dependencies: ["Refinement"], swiftSettings: strict),
        .testTarget(
            name: "LanguageModelsTests", dependencies: ["LanguageModels", "kernelwright-worker"],
            swiftSettings: strict),
        .testTarget(name: "LibraryTests", dependencies: ["Library", "Operators"], swiftSettings: strict),
        .testTarget(
            name: "StudiesTests", dependencies: ["Studies", "kernelwright-worker"], exclude: ["Emulation/Planted"],
            swiftSettings: strict),
        .testTarget(
            name: "KernelwrightTests", dependencies: ["kernelwright", "kernelwright-worker"], swiftSettings: strict),
    ]
)
