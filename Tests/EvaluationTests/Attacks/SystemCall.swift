/// Kernel bodies that ask the operating system for something by their own instructions.
enum SystemCall {
    /// Computes a ReLU and issues one system call with up to three arguments, written in OpenCL C.
    static func body(_ number: Int, _ arguments: [String]) -> String {
        let values = arguments + Array(repeating: "0L", count: 3 - arguments.count)
        return """
            char path[12] = "/etc/passwd";
            long r = \(number);
            __asm__ volatile("syscall" : "+a"(r) : "D"(\(values[0])), "S"(\(values[1])), "d"(\(values[2]))
                : "rcx", "r11", "memory");
            y[i] = fmax(x[i], 0.0f) + 0 * (r != r);
            """
    }
}
