import Foundation
import Testing

@testable import SIMT

/// PTX that NVRTC 13.5 made from the `.cu` files beside it, with `-lineinfo`; the number is the architecture.
@Suite("PTX of NVRTC") struct PTXResourceTests {
    private static let names = [
        "sgemm-86", "sgemm-100", "reduce-80-fast", "half-75", "half-90", "calls-89", "calls-100",
    ]

    private func module(_ name: String) throws -> PTXModule {
        let url = try #require(Bundle.module.url(forResource: name, withExtension: "ptx", subdirectory: "Resources"))
        return try PTXModule(parsing: String(contentsOf: url, encoding: .utf8))
    }

    @Test(arguments: names) func everyInstructionIsRead(name: String) throws {
        let url = try #require(Bundle.module.url(forResource: name, withExtension: "ptx", subdirectory: "Resources"))
        let text = try String(contentsOf: url, encoding: .utf8)
        let module = try PTXModule(parsing: text)
        // Each instruction, declaration and prototype ends with a semicolon; comments of NVRTC have none.
        let declarations = [
            ".reg", ".param", ".shared", ".local", ".global", ".const", ".pragma", ".callprototype", ".func",
        ]
        let statements = text.split(separator: ";").filter { statement in
            let words = statement.split { $0 == "\n" || $0 == "\t" || $0 == " " || $0 == "{" }
            return !declarations.contains { word in words.contains { $0 == word || $0.hasPrefix(word + ".") } }
        }
        let count = module.functions.map(\.instructions.count).reduce(0, +)
        #expect(count > 0)
        #expect(count >= statements.count - module.functions.count - 1)
        for function in module.functions where function.hasBody {
            let flow = PTXControlFlow(of: function)
            #expect(flow.blocks.map(\.instructions.count).reduce(0, +) == function.instructions.count)
            #expect(!function.isKernel || function.instructions.allSatisfy { $0.location != nil })
        }
    }

    @Test(arguments: names) func linesPointIntoTheSource(name: String) throws {
        let module = try module(name)
        let source = String(name.split(separator: "-")[0])
        let url = try #require(Bundle.module.url(forResource: source, withExtension: "cu", subdirectory: "Resources"))
        let lines = try String(contentsOf: url, encoding: .utf8).split(
            separator: "\n", omittingEmptySubsequences: false)
        for instruction in module.kernels.flatMap(\.instructions) {
            guard let location = instruction.location, module.files[location.file] == source + ".cu" else { continue }
            #expect(location.line <= lines.count)
        }
    }

    @Test func inlinedFunctionsHaveNames() throws {
        let names = Set(try module("sgemm-86").kernels.flatMap(\.instructions).compactMap(\.location?.function))
        #expect(names == ["_Z3dotILi16EEfPAT__KfS2_ii"])
    }

    @Test func kernelsHaveTheExpectedParts() throws {
        let sgemm = try module("sgemm-86")
        #expect(sgemm.kernels.map(\.name) == ["sgemmNaive", "sgemmShared"])
        let shared = try #require(sgemm.function(named: "sgemmShared"))
        #expect(shared.bounds.maximumThreads == [256, 1, 1] && shared.bounds.minimumBlocksPerMultiprocessor == 2)
        #expect(shared.variables.filter { $0.space == .shared }.map(\.byteCount) == [1024, 1024])
        let products = shared.instructions.filter { if case .fma = $0.operation { true } else { false } }
        #expect(products.count == 16)
        let half = try module("half-90")
        #expect(half.kernels.map(\.name) == ["axpyHalf", "wmmaGemm", "mmaGemm"])
        let calls = try module("calls-89")
        #expect(calls.variables.first { $0.name == "table" }?.initializer?.relocations.count == 2)
        #expect(calls.function(named: "__assertfail")?.bounds.neverReturns == true)
    }
}
