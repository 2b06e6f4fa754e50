/// The version of this package, as records carry it.
enum Version {
    static let current = "0.1.0"
}
