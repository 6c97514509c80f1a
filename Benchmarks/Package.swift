// swift-tools-version: 6.2

import PackageDescription

// A package of its own, so that nobody else builds it.
let package = Package(
    name: "swift-celery-benchmarks",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "cache-benchmark", targets: ["CacheBenchmark"])
    ],
    dependencies: [
        .package(name: "swift-celery", path: ".."),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
    ],
    targets: [
        .executableTarget(
            name: "CacheBenchmark",
            dependencies: [
                .product(name: "Cache", package: "swift-celery"),
                .product(name: "Celery", package: "swift-celery"),
                .product(name: "Redis", package: "swift-celery"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("MemberImportVisibility"),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
                .treatAllWarnings(as: .error),
            ]
        )
    ],
    swiftLanguageModes: [.v6]
)
