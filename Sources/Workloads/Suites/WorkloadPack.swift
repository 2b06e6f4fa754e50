import Foundation
import KernelIR

/// A file of compressed workloads: a line of JSON, the index, then one zlib stream each in the index's order.
struct WorkloadPack {
    /// What the index says of one workload.
    struct Line: Codable {
        var number: Int
        var name: String
        /// Compressed size.
        var bytes: Int
    }

    let index: [Line]
    private let data: Data
    private let firstStream: Int

    /// Opens a resource of this module by its name without the extension `pack`.
    init(resource: String) throws(KernelwrightError) {
        guard let url = Bundle.module.url(forResource: resource, withExtension: "pack", subdirectory: "Resources"),
            let data = try? Data(contentsOf: url, options: .mappedIfSafe),
            let end = data.firstIndex(of: UInt8(ascii: "\n")),
            let index = try? JSONDecoder().decode([Line].self, from: data[..<end])
        else {
            throw KernelwrightError(
                .missingComponent, "suite data \(resource).pack is missing or damaged",
                hint: "build the package again, or remake it with scripts/make-suite.py")
        }
        (self.data, self.index, firstStream) = (data, index, end + 1)
    }

    /// Decodes one workload. The operations that traces declare leave out LSTMs, so there they count as undeclared.
    func workload(at position: Int) throws(KernelwrightError) -> Workload {
        let start = firstStream + index[..<position].map(\.bytes).reduce(0, +)
        let stream = data[start..<min(start + index[position].bytes, data.endIndex)]
        let json = Data(try Inflate.zlib(stream))
        var workload = try WorkloadFile.decode(json, place: index[position].name)
        if workload.nodes.contains(where: { $0.op == "aten.lstm.input" }) { workload.declaredFlops = nil }
        return workload
    }
}
