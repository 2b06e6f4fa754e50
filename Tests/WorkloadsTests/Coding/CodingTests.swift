import Foundation
import KernelIR
import Testing

@testable import Workloads

@Suite("JSON form") struct CodingTests {
    private func decode(_ json: String) throws -> Workload {
        try WorkloadFile.decode(Data(json.utf8), place: "w.json")
    }

    static let own = """
        {"name": "w", "inputs": [{"name": "x", "dtype": "float32", "shape": [2, 3]}],
         "parameters": [{"name": "b", "dtype": "float32", "shape": [3]}],
         "constants": [{"name": "c", "dtype": "int64", "shape": [2], "values": [4, 5]}],
         "nodes": [{"name": "y", "op": "aten.add.Tensor", "arguments": ["%x", "%b"], "keywordArguments": {"alpha": 2},
                    "outputs": [{"dtype": "float32", "shape": [2, 3]}]}],
         "outputs": ["%y"]}
        """
    static let traced = """
        {"name": "v", "flops": 0, "resized": {"n": 2}, "inputs": [["x", ["float32", [2, 3]]], ["s", 3.5]],
         "params": {"b": ["float32", [3]]}, "constants": {"c": {"dtype": "int64", "shape": [2], "values": [4, 5]}},
         "nodes": [{"name": "y", "op": "aten.add.Tensor", "args": ["%x", "%b"], "kwargs": {"alpha": 2}, "out": ["float32", [2, 3]]}],
         "outputs": ["%y"]}
        """

    @Test("Both spellings read as the same workload; label and metadata are no identity")
    func spellings() throws {
        let (own, traced) = (try decode(Self.own), try decode(Self.traced))
        #expect(own.inputs == [TensorSpec(name: "x", dtype: .float32, shape: [2, 3])])
        #expect(own.nodes[0].arguments == [.value("x"), .value("b")])
        #expect(own.nodes[0].keywordArguments == ["alpha": .int(2)])
        #expect(own.nodes == traced.nodes && own.parameters == traced.parameters && own.constants == traced.constants)
        #expect(traced.scalars == [.init(name: "s", value: 3.5)])
        #expect(own.contentHash == traced.contentHash)
        #expect(own.contentHash.count == 64)
    }

    @Test(
        "Whatever decides the result decides the identity",
        arguments: [
            ("float32", "float64"), ("aten.add", "aten.sub"), ("\"alpha\": 2", "\"alpha\": 3"), ("[4, 5]", "[4, 6]"),
            ("%b", "%x"), ("\"x\"", "\"z\""),
        ])
    func identity(old: String, new: String) throws {
        var text = Self.own.replacingOccurrences(of: old, with: new)
        if new == "\"z\"" { text = text.replacingOccurrences(of: "%x", with: "%z") }
        #expect(try decode(text).contentHash != decode(Self.own).contentHash)
    }

    @Test("Written workloads read back equal", arguments: [(1, 5), (1, 33), (2, 31), (3, 30), (3, 35), (3, 48)])
    func roundTrip(level: Int, number: Int) throws {
        let workload = try Suite.kernelBench.workload(level: level, number: number, size: .tiny)
        let again = try WorkloadFile.decode(WorkloadFile.encode(workload), place: "again")
        #expect(again == workload)
        #expect(again.contentHash == workload.contentHash)
    }

    @Test(
        "Every literal survives",
        arguments: [
            Argument.value("x"), .int(-3), .int(.max), .double(0.1), .double(.infinity), .double(-.infinity),
            .bool(true),
            .string("float32"), .none, .list([.int(1), .list([]), .value("y")]), .number(2), .number(1e300),
        ])
    func literals(argument: Argument) throws {
        let data = try JSONEncoder().encode([argument])
        #expect(try JSONDecoder().decode([Argument].self, from: data) == [argument])
    }

    @Test("Numbers without a fraction are integers")
    func integralNumbers() throws {
        #expect(
            try JSONDecoder().decode([Argument].self, from: Data("[1.0, 1e3, 1.5]".utf8)) == [
                .int(1), .int(1000), .double(1.5),
            ])
    }

    @Test(
        "Constants come as values, as one repeated value, as nested lists or as bytes",
        arguments: [
            (#""values": [7]"#, [7.0, 7, 7, 7]), (#""values": 7"#, [7, 7, 7, 7]),
            (#""values": [[1, 2], [3, 4]]"#, [1, 2, 3, 4]),
            (#""values": [1, "inf", "-inf", 0.5]"#, [1, .infinity, -.infinity, 0.5]),
            (#""base64": "AACAPwAAAEAAAEBAAACAQA==""#, [1, 2, 3, 4]),
            (#""zlib_base64": "eNpjYGiwZ2BgcAAiIG5wAAAQgwJA""#, [1, 2, 3, 4]),
        ] as [(String, [Double])])
    func constants(form: String, expected: [Double]) throws {
        let text = Self.own.replacingOccurrences(
            of: #""dtype": "int64", "shape": [2], "values": [4, 5]"#,
            with: #""dtype": "float32", "shape": [2, 2], \#(form)"#)
        #expect(try decode(text).constants[0].values == expected)
    }
}
