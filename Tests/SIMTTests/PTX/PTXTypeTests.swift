import Testing

@testable import SIMT

@Suite("PTX types") struct PTXTypeTests {
    @Test func widthsFollowNames() {
        for type in PTXType.allCases where type.lanes == 1 && type != .pred && type != .tf32 {
            guard !type.rawValue.hasPrefix("e") else { continue }
            let digits = type.rawValue.drop { !$0.isNumber }
            #expect(Int(digits) == type.bitWidth, "\(type)")
        }
        #expect(PTXType.pred.bitWidth == 1)
        #expect(PTXType.tf32.bitWidth == 32)
        #expect(PTXType.e5m2.bitWidth == 8)
    }

    @Test func packedTypesHoldTwoElements() {
        for type in PTXType.allCases where type.rawValue.hasSuffix("x2") {
            #expect(type.lanes == 2)
            #expect(type.element.bitWidth * 2 == type.bitWidth)
            #expect(type.element.rawValue + "x2" == type.rawValue)
            #expect(type.element.kind == type.kind)
        }
        #expect(PTXType.f16.element == .f16)
    }

    @Test func kindsFollowNames() {
        for type in PTXType.allCases {
            let expected: PTXType.Kind =
                switch type.rawValue.first {
                case "p": .predicate
                case "u": .unsigned
                case "s": .signed
                case "b" where !type.rawValue.hasPrefix("bf"): .bits
                default: .float
                }
            #expect(type.kind == expected, "\(type)")
        }
    }

    @Test func bytesInMemory() {
        #expect(PTXType.u4.byteCount == 1)
        #expect(PTXType.b128.byteCount == 16)
        #expect(PTXType.f16x2.byteCount == 4)
    }

    @Test(
        arguments: [
            ("%tid", "x", .tid(.x)), ("%nctaid", "z", .nctaid(.z)), ("%cluster_ctaid", "y", .clusterCtaid(.y)),
            ("%laneid", nil, .laneid), ("%lanemask_lt", nil, .lanemask(.less)), ("%envreg31", nil, .envreg(31)),
            ("%globaltimer_lo", nil, .globaltimerLow), ("%dynamic_smem_size", nil, .dynamicSharedBytes),
            ("%tid", nil, nil), ("%laneid", "x", nil), ("%envreg32", nil, nil), ("%nothing", nil, nil),
        ] as [(String, String?, PTXSpecialRegister?)])
    func specialRegisters(name: String, axis: String?, expected: PTXSpecialRegister?) {
        let axis = axis.flatMap(PTXSpecialRegister.Axis.init(rawValue:))
        #expect(PTXSpecialRegister(name: name, axis: axis) == expected)
    }

    @Test func specialRegistersHaveTypes() {
        #expect(PTXSpecialRegister.tid(.x).type == .u32)
        #expect(PTXSpecialRegister.clock64.type == .u64)
        #expect(PTXSpecialRegister.isExplicitCluster.type == .pred)
    }
}
