import KernelIR

/// The functions that read and write vectors at the ends of a row.
extension Helper {
    static func loadFirst(
        _ name: String, _ type: DType, _ width: Int, _ dialect: any Dialect, _ writer: inout CodeWriter
    ) {
        let pointer = dialect.devicePointer(type, isReadOnly: true)
        let zero = Value("0", .int32)
        let lane = type.inRegisters
        let whole = dialect.load("p", zero, type, width: width)
        writer.open(
            "\(dialect.helperQualifier) \(dialect.valueType(lane, width: width)) \(name)"
                + "(\(pointer) p, long count, long room, \(dialect.valueType(lane, width: 1)) fill)")
        writer.line("if (count >= \(width)) return \(whole.text);")
        if lane.byteCount == 4 {
            let isFirst = dialect.compare("<", lanes(width, dialect), Value("(int)count", .int32))
            let filled = dialect.broadcast(Value("fill", lane), width: width)
            writer.line("if (room >= \(width)) return \(dialect.select(isFirst, whole, filled).text);")
        }
        let element = dialect.load("p", Value("i", .int32), type, width: 1)
        fillLanes(Value("i < count ? \(element.text) : fill", lane, .conditional), width, dialect, &writer)
    }

    /// A vector from a position on that may begin before the buffer or end behind it.
    static func loadBetween(
        _ name: String, _ type: DType, _ width: Int, _ dialect: any Dialect, _ writer: inout CodeWriter
    ) {
        let pointer = dialect.devicePointer(type, isReadOnly: true)
        let lane = type.inRegisters
        let whole = dialect.load("p", Value("at", .int64), type, width: width)
        writer.open(
            "\(dialect.helperQualifier) \(dialect.valueType(lane, width: width)) \(name)"
                + "(\(pointer) p, long at, long size, long first, long end, \(dialect.valueType(lane, width: 1)) fill)")
        writer.line("if (first <= 0 && end >= \(width)) return \(whole.text);")
        if lane.byteCount == 4 {
            // Lanes are few, while the ends may be as far away as a long can say.
            writer.line("const int low = first < 0 ? 0 : first > \(width) ? \(width) : (int)first;")
            writer.line("const int high = end < 0 ? 0 : end > \(width) ? \(width) : (int)end;")
            let isBehindFirst = dialect.compare(">=", lanes(width, dialect), Value("low", .int32))
            let isBeforeEnd = dialect.compare("<", lanes(width, dialect), Value("high", .int32))
            let isInside = Value(
                "(\(isBehindFirst.text)) & (\(isBeforeEnd.text))", .bool, width: width, .bitwise)
            let filled = dialect.broadcast(Value("fill", lane), width: width)
            let selected = dialect.select(isInside, whole, filled)
            writer.line("if (at >= 0 && at + \(width) <= size) return \(selected.text);")
        }
        let element = dialect.load("p", Value("at + i", .int64, .additive), type, width: 1)
        fillLanes(
            Value("i >= first && i < end ? \(element.text) : fill", lane, .conditional), width, dialect, &writer)
    }

    /// 0, 1, 2, … as a vector.
    private static func lanes(_ width: Int, _ dialect: any Dialect) -> Value {
        let numbers = (0..<width).map(String.init).joined(separator: ", ")
        return Value("(\(dialect.valueType(.int32, width: width)))(\(numbers))", .int32, width: width)
    }

    /// Returns a vector whose lane `i` is `element`, by way of an array.
    private static func fillLanes(_ element: Value, _ width: Int, _ dialect: any Dialect, _ writer: inout CodeWriter) {
        writer.line(dialect.array("lanes", element.type, count: width, isShared: false) + ";")
        writer.open("for (int i = 0; i < \(width); ++i)")
        writer.line(dialect.store(element, "lanes", Value("i", .int32), as: element.type) + ";")
        writer.close()
        writer.line("return \(dialect.load("lanes", Value("0", .int32), element.type, width: width).text);")
    }

    /// - Parameter fullStore: the function that writes a whole vector; nil for an ordinary store.
    static func storeFirst(
        _ name: String, _ type: DType, _ width: Int, _ dialect: any Dialect, _ writer: inout CodeWriter,
        fullStore: String?
    ) {
        let pointer = dialect.devicePointer(type, isReadOnly: false)
        let (zero, i) = (Value("0", .int32), Value("i", .int32))
        let lane = type.inRegisters
        let value = Value("value", lane, width: width)
        writer.open(
            "\(dialect.helperQualifier) void \(name)"
                + "(\(dialect.valueType(lane, width: width)) value, \(pointer) p, long count)")
        writer.open("if (count >= \(width))")
        writer.line((fullStore.map { "\($0)(value, p)" } ?? dialect.store(value, "p", zero, as: type)) + ";")
        writer.line("return;")
        writer.close()
        writer.line(dialect.array("lanes", lane, count: width, isShared: false) + ";")
        writer.line(dialect.store(value, "lanes", zero, as: lane) + ";")
        writer.open("for (int i = 0; i < count; ++i)")
        writer.line(dialect.store(dialect.load("lanes", i, lane, width: 1), "p", i, as: type) + ";")
        writer.close()
    }
}
