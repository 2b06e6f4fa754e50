import CUDAToolchain
import FoundationEssentials
import SIMT

/// What a simulated device makes of a source: PTX to run, and what is known of the machine code, to predict by.
struct SimulatedBinary: Sendable, Hashable, Codable {
    /// What one kernel occupies and what its machine code says.
    struct Kernel: Sendable, Hashable, Codable {
        var name: String
        /// 32-bit registers of a thread; 0 where the compiler does not say.
        var registers: Int
        /// Shared memory that the kernel declares, in bytes.
        var staticSharedBytes: Int
        /// Bytes that spilled registers store and load back, as written; nil where it is not known.
        var spillBytes: Int?
        /// Bytes of local memory of a thread; nil where it is not known.
        var stackBytes: Int?
        /// Nil where the machine code could not be examined: predictions have to do with the PTX then.
        var machine: MachineFacts?
    }

    var ptx: String
    var kernels: [Kernel]
    /// The machine code for a reader, with the lines of the source; nil where it could not be examined.
    var machineCode: String?

    init(ptx: String, kernels: [Kernel], machineCode: String? = nil) {
        self.ptx = ptx
        self.kernels = kernels
        self.machineCode = machineCode
    }

    /// Reads what `encoded` wrote.
    init(_ bytes: [UInt8]) throws(DeviceFailure) {
        do { self = try JSONDecoder().decode(SimulatedBinary.self, from: Data(bytes)) } catch {
            throw .compileError(log: "the program was not made by a simulated device: \(error)")
        }
    }

    /// As JSON, the same bytes for the same program.
    func encoded() throws(DeviceFailure) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        do { return Array(try encoder.encode(self)) } catch {
            throw .compileError(log: "the program cannot be written: \(error)")
        }
    }

    /// The kernel of a name; nil where there is none.
    subscript(name: String) -> Kernel? { kernels.first { $0.name == name } }
}

extension SimulatedBinary {
    /// Takes the machine code apart, as far as the tools can be run.
    ///
    /// - Parameters:
    ///   - names: the kernels to keep.
    ///   - disassembler: nil where there is none; facts about machine code are left out then, as where it fails.
    init(
        _ code: CUDACode, report: AssemblerReport, source: CUDASource, names: [String], disassembler: CUDADisassembler?
    ) {
        // A tool that cannot run costs accuracy and nothing else.
        let binary = try? disassembler?.examine(code.cubin, report: report, source: source)
        let files = source.files.map(\.name)
        kernels = names.map { name in
            let resources = report[name] ?? binary?[name]
            return Kernel(
                name: name, registers: resources?.registers ?? 0, staticSharedBytes: resources?.sharedBytes ?? 0,
                spillBytes: resources?.spillStoreBytes.map { $0 + (resources?.spillLoadBytes ?? 0) },
                stackBytes: resources?.stackBytes,
                machine: binary?.listing[name].map { MachineFacts($0, files: files) })
        }
        ptx = code.ptx
        machineCode = binary.map { Self.text(of: $0.listing) }
    }

    private static func text(of listing: SASSListing) -> String {
        listing.functions.map { function in
            let lines = function.instructions.map { instruction in
                let guarding = instruction.predicate.map { "@\($0) " } ?? ""
                let place = instruction.locations.first.map { "  // line \($0.line)" } ?? ""
                return "    \(guarding)\(instruction.mnemonic) \(instruction.operands)\(place)"
            }
            return ([function.name + ":"] + lines).joined(separator: "\n")
        }.joined(separator: "\n\n")
    }
}
