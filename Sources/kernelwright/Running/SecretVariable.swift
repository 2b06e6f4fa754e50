import Foundation

/// A variable of this process' environment whose value others shall not see.
enum SecretVariable {
    /// Takes the variable out of the environment, so that no child inherits it, and overwrites its value.
    ///
    /// The system shows the memory that a process was started with as `/proc/PID/environ`, whatever is unset since.
    static func forget(_ name: String) {
        if let value = getenv(name) { memset(value, 0, strlen(value)) }
        unsetenv(name)
    }
}
