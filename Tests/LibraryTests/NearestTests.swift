import KernelIR
import Policies
import Scheduling
import Testing

@testable import Library

@Suite struct NearestTests {
    @Test func theDistanceIsAMeasureOfWorkloads() {
        let small = Subject(extent: 1024).features
        #expect(small.distance(to: small) == 0)
        let large = Subject(extent: 4096).features
        // Results and last axis grow fourfold, terms do not: (2 + 0 + 2) / 3.
        #expect(abs(small.distance(to: large) - 4.0 / 3) < 1e-12)
        #expect(small.distance(to: large) == large.distance(to: small))
        #expect(small.distance(to: Subject(op: "aten.neg.default").features) == 4)
        #expect(small.distance(to: Subject(type: .float64).features) == 2)
    }

    @Test func precedentsAreNearestFirstAndDiffer() throws {
        let place = try TemporaryPath()
        let library = try Library(path: place.path)
        var chunky = ProgramCPU()
        chunky.streaming.chunk = 65536
        for (extent, parameters) in [(1 << 20, ProgramCPU()), (4096, chunky), (2048, ProgramCPU()), (8192, chunky)] {
            let subject = Subject(extent: extent)
            let certificate = subject.certificate()
            try library.keep(subject.record(certificate, parameters: parameters), certificate: certificate)
        }
        let precedents = try library.precedents(
            for: Subject(extent: 1024).features, machine: "here", precision: "declared")
        #expect(precedents.map(\.parameters) == [ProgramCPU(), chunky])
        #expect(precedents.map(\.workloadHash) == [2048, 4096].map { Subject(extent: $0).question().workload })
    }

    @Test func anotherMachineIsFartherAway() throws {
        let place = try TemporaryPath()
        let library = try Library(path: place.path)
        let subject = Subject()
        let certificate = subject.certificate()
        try library.keep(
            subject.record(certificate, question: subject.question(machine: "elsewhere")), certificate: certificate)
        #expect(
            try library.precedents(for: subject.features, machine: "here", precision: "declared").map(\.distance) == [1]
        )
    }

    @Test func whatHasNothingInCommonSuggestsNothing() throws {
        let place = try TemporaryPath()
        let library = try Library(path: place.path)
        let subject = Subject(extent: 1 << 28)
        let certificate = subject.certificate()
        try library.keep(subject.record(certificate), certificate: certificate)
        #expect(
            try library.precedents(for: Subject(extent: 16).features, machine: "here", precision: "declared").isEmpty)
    }
}
