// swift-tools-version: 6.0
import PackageDescription

// Where the Swift package was put together: by scripts/swift.sh here, by scripts/build-xcframework.sh in ../../target/apple/Tiprdc.
// An app names a repository.
let tiprdc = Context.environment["TIPRDC_SWIFT_PACKAGE"] ?? "../../target/swift/Tiprdc"

let package = Package(
    name: "TiprdcExample",
    platforms: [.macOS(.v12)],
    dependencies: [.package(name: "Tiprdc", path: tiprdc)],
    targets: [.executableTarget(name: "TiprdcExample", dependencies: [.product(name: "Tiprdc", package: "Tiprdc")])]
)
