import COpenCL

/// Reads the values behind OpenCL's `clGet…Info` functions, which all share one shape.
enum CLInfo {
    typealias Query = (_ size: Int, _ value: UnsafeMutableRawPointer?, _ needed: UnsafeMutablePointer<Int>?) -> cl_int

    /// A list of fixed-size values.
    static func list<Value: BitwiseCopyable>(of zero: Value, _ query: Query) throws(CLStatus) -> [Value] {
        var bytes = 0
        try CLStatus.check(query(0, nil, &bytes))
        var values = [Value](repeating: zero, count: bytes / MemoryLayout<Value>.stride)
        let code = values.withUnsafeMutableBytes { query($0.count, $0.baseAddress, nil) }
        try CLStatus.check(code)
        return values
    }

    /// One fixed-size value.
    static func value<Value: BitwiseCopyable>(of zero: Value, _ query: Query) throws(CLStatus) -> Value {
        guard let value = try list(of: zero, query).first else { throw CLStatus(rawValue: CL_INVALID_VALUE) }
        return value
    }

    /// A string without its closing zeros.
    static func string(_ query: Query) throws(CLStatus) -> String {
        String(decoding: try list(of: UInt8(0), query).prefix { $0 != 0 }, as: UTF8.self)
    }
}

extension cl_device_id {
    func info<Value: BitwiseCopyable>(_ key: Int32, _ zero: Value) throws(CLStatus) -> Value {
        try CLInfo.value(of: zero) { clGetDeviceInfo(self, cl_device_info(key), $0, $1, $2) }
    }

    func text(_ key: Int32) throws(CLStatus) -> String {
        try CLInfo.string { clGetDeviceInfo(self, cl_device_info(key), $0, $1, $2) }
    }

    func sizes(_ key: Int32) throws(CLStatus) -> [Int] {
        try CLInfo.list(of: 0) { clGetDeviceInfo(self, cl_device_info(key), $0, $1, $2) }
    }
}
