import Glibc

/// Lists of strings as C takes them.
enum CStrings {
    /// Passes the strings as a list of pointers that a null pointer closes; they are valid during the call only.
    ///
    /// A string ends at its first zero character, if it has one.
    static func with<Value>(
        _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Value
    ) -> Value {
        var pointers = strings.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        return pointers.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { preconditionFailure("a list with an end has a first element") }
            return body(base)
        }
    }
    /// The same for functions that promise not to change the strings.
    static func withConstants<Value>(
        _ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Value
    ) -> Value {
        with(strings) { pointers in
            body(UnsafeRawPointer(pointers).assumingMemoryBound(to: UnsafePointer<CChar>?.self))
        }
    }
}
