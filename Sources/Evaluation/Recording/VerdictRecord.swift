import Crypto
import Foundation
import KernelIR
import Rendering

/// A verdict with everything that a reader needs to repeat it, addressed by its content.
///
/// The file is `{"content":…,"sha256":"…"}`: the content in canonical JSON (sorted keys, no spaces), and the SHA-256 of
/// exactly those bytes in hexadecimal. Nothing but the file is needed to check it.
public struct VerdictRecord: Sendable, Hashable, Codable {
    /// How the workload, its inputs and the comparison were chosen.
    public struct Conditions: Sendable, Hashable, Codable {
        /// The workload as it was named, e.g. `kernelbench/1/23` or a file.
        public var workload: String
        public var workloadHash: String
        /// The size preset of a suite's workload.
        public var size: String?
        /// How inputs were drawn, where it was chosen by hand.
        public var distributions: [String]?
        /// The device's identifier, e.g. `opencl:0`.
        public var device: String
        /// What the solution was compared with, the main baseline first.
        public var baselines: [String]
        public var caches: CacheState
        public var deterministic: Bool
        public var frozenParameters: Bool
        /// The 16-bit type that values could be stored in; nil for the declared types, as in older records.
        public var precision: DType?

        public init(
            workload: String, workloadHash: String, size: String?, distributions: [String]?, device: String,
            baselines: [String], caches: CacheState, deterministic: Bool, frozenParameters: Bool,
            precision: DType? = nil
        ) {
            self.precision = precision
            self.workload = workload
            self.workloadHash = workloadHash
            self.size = size
            self.distributions = distributions
            self.device = device
            self.baselines = baselines
            self.caches = caches
            self.deterministic = deterministic
            self.frozenParameters = frozenParameters
        }
    }

    /// The version of the steps that certificates go through today.
    public static let currentProcedure = Procedure.version

    /// The version of this form.
    public var format = 1
    /// The version of the rule in `Tolerance`.
    public var toleranceVersion = Tolerance.version
    /// The version of the steps in `Procedure`.
    public var procedureVersion = Procedure.version
    public var conditions: Conditions
    public var solution: Solution
    /// SHA-256 of what was judged: the solution without name and author.
    public var solutionHash: String
    /// With every sample, the seeds, and the provenance.
    public var verdict: Verdict

    public init(_ verdict: Verdict, of solution: Solution, under conditions: Conditions) {
        self.verdict = verdict
        self.solution = solution
        self.conditions = conditions
        solutionHash = solution.judgedHash
    }

    private static let opening = Data(#"{"content":"#.utf8)
    private static let closing = #","sha256":""#

    /// The file's bytes.
    public var file: Data {
        let content = Self.canonical(self)
        return Self.opening + content + Data("\(Self.closing)\(Self.hash(content))\"}\n".utf8)
    }

    /// SHA-256 of the content, in hexadecimal: the record's name.
    public var address: String { Self.hash(Self.canonical(self)) }

    /// Reads a file and checks its hash.
    ///
    /// - Throws: `badInput` where it is no record, where a byte was changed, or where its solution is not the one that its hash names.
    public init(file data: Data, path: String) throws(KernelwrightError) {
        let tail = Self.closing.utf8.count + 2 * SHA256.byteCount + 2
        let text = data.last == UInt8(ascii: "\n") ? data.dropLast() : data
        guard text.starts(with: Self.opening), text.count > Self.opening.count + tail else {
            throw KernelwrightError(
                .badInput, "\(path) is no verdict record", hint: "kw evaluate … --record FILE writes one")
        }
        let content = Data(text.dropFirst(Self.opening.count).dropLast(tail))
        guard text.suffix(tail).elementsEqual(Data("\(Self.closing)\(Self.hash(content))\"}".utf8)) else {
            throw KernelwrightError(
                .badInput, "\(path): the content does not have the hash that the record states",
                hint: "it was changed after it was written; ask for the original")
        }
        do {
            self = try JSONDecoder().decode(VerdictRecord.self, from: content)
        } catch {
            throw KernelwrightError(
                .badInput, "\(path): the content is no verdict record of format 1",
                hint: "its author's version may differ",
                cause: "\(error)")
        }
        guard solution.judgedHash == solutionHash else {
            throw KernelwrightError(
                .badInput, "\(path): the solution is not the one that was judged (\(solutionHash.prefix(12))…)",
                hint: "ask for the original record")
        }
    }

    private static func hash(_ data: Data) -> String { ExpectedOutputCache.hexadecimal(SHA256.hash(data: data)) }

    fileprivate static func canonical(_ value: some Encodable) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else { preconditionFailure("every record has a JSON form") }
        return data
    }
}

extension Solution {
    /// SHA-256 of what is judged, in hexadecimal: everything but name and author.
    public var judgedHash: String {
        var bare = self
        (bare.name, bare.author) = ("", "")
        return ExpectedOutputCache.hexadecimal(SHA256.hash(data: VerdictRecord.canonical(bare)))
    }
}
