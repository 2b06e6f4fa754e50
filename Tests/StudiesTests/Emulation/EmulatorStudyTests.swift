import Testing

@testable import Studies

/// The emulator's speed is measured on products that are right.
@Suite(.enabled(if: Toolchain.isInstalled, Comment(rawValue: Toolchain.missing)))
struct EmulatorStudyTests {
    @Test func everyModeOfBothKernels() throws {
        let start = ContinuousClock.now
        let rows = try EmulatorStudy(extent: 32, time: { ContinuousClock.now - start }).run(Toolchain.installation)
        #expect(rows.count == 6)
        for kernel in ["naive", "shared"] {
            let own = rows.filter { $0.kernel == kernel }
            #expect(Set(own.map(\.mode)) == Set(EmulatorStudy.Mode.allCases))
            #expect(Set(own.map(\.threadInstructions)).count == 1, "looking on changes nothing")
            // 32 products for each of 1024 elements, at the least.
            #expect(own.allSatisfy { $0.threadInstructions > 32 * 1024 && $0.seconds > 0 })
        }
    }
}
