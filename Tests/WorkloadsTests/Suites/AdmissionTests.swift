import Foundation
import KernelIR
import Testing

@testable import Workloads

@Suite("Admission data") struct AdmissionTests {
    @Test("The JSON form is stable, in the suite's order, and reads back")
    func json() throws {
        var table = AdmissionTable()
        table["kernelbench/1/10", .tiny] = .excluded(reason: "constant")
        table["kernelbench/1/9", .tiny] = .admitted([.normal, .uniform])
        table["kernelbench/1/9", .cpu] = .admitted([.drifting])
        #expect(
            table.json == """
                {
                  "tiny": {
                    "kernelbench/1/9": {"distributions":["normal","uniform"]},
                    "kernelbench/1/10": {"reason":"constant"}
                  },
                  "cpu": {
                    "kernelbench/1/9": {"distributions":["drifting"]}
                  }
                }

                """)
        #expect(try AdmissionTable(json: Data(table.json.utf8), place: "here") == table)
    }

    @Test("A size without a record has the next smaller one's")
    func fallback() {
        var table = AdmissionTable()
        table["s/1/1", .tiny] = .admitted([.normal])
        #expect(table["s/1/1", .gpu] == .admitted([.normal]))
        table["s/1/1", .cpu] = .excluded(reason: "r")
        #expect(table["s/1/1", .gpu] == .excluded(reason: "r"))
        #expect(table["s/1/1", .tiny] == .admitted([.normal]))
        #expect(table["s/1/2", .cpu] == nil)
    }

    @Test("Damaged data are named", arguments: ["{", #"{"huge": {}}"#, #"{"cpu": {"a": {"distributions": []}}}"#])
    func damaged(text: String) {
        let error = #expect(throws: KernelwrightError.self) {
            try AdmissionTable(json: Data(text.utf8), place: "table.json")
        }
        #expect(error?.code == .badInput && error?.message.contains("table.json") == true)
    }

    @Test("Every recorded id is one of the suite, and the identically zero ones are excluded")
    func shipped() throws {
        let suite = Workloads.Suite.kernelBench
        let table = try AdmissionTable(suite: suite)
        for (size, entries) in table.decisions {
            let ids = Set(try suite.entries(size: size).map(\.id))
            #expect(ids.isSuperset(of: entries.keys))
        }
        for id in ["kernelbench/2/80", "kernelbench/2/83"] {
            guard case .excluded = try Admission.of(id, size: .cpu) else { return #expect(Bool(false), "\(id)") }
        }
        #expect(try Admission.of("kernelbench/9/9", size: .cpu) == nil)
        #expect(try Admission.of("mine.json", size: .cpu) == nil)
    }
}
