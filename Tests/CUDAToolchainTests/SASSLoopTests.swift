import CUDAToolchain
import Testing

@Suite("Loops in machine code")
struct SASSLoopTests {
    @Test("nested loops, a loop left early, and one in a called function")
    func nested() throws {
        let function = try #require(SASSListing(try Fixture.text("loops-sm86.nvdisasm"))["loops"])
        let loops = function.loops
        #expect(loops.map(\.start) == [0x2a0, 0x330, 0x510])
        #expect(loops.map(\.depth) == [0, 1, 0])
        #expect(loops.map(\.isInnermost) == [false, true, true])
        #expect(loops.map(\.branches) == [[0x460], [0x3b0], [0x540]])
        #expect(loops[1].mix[.single] == 1)
        #expect(loops[1].mix.bytes(.global, .load) == 4)
        #expect(loops[1].instructions.count == 9)
        #expect(loops[0].instructions.count == 29)
        #expect(loops[2].lines(in: "/tmp/kernels/loops.cu") == 3...3)
    }

    @Test("the mix of a tile's loop")
    func mix() throws {
        let function = try #require(SASSListing(try Fixture.text("tile-sm86.nvdisasm"))["tile"])
        let loop = try #require(function.loops.first)
        #expect(function.loops.count == 1)
        #expect(loop.mix.fusedProducts == 16)
        #expect(loop.mix[.barrier] == 2)
        #expect(loop.mix[.branch] == 1)
        #expect(loop.mix.accesses[SASSAccess(space: .shared, direction: .load, bytes: 16)] == 4)
        #expect(loop.mix.accesses[SASSAccess(space: .shared, direction: .load, bytes: 4)] == 16)
        #expect(loop.mix.bytes(.shared, .store) == 8)
        #expect(loop.mix.bytes(.global, .load) == 8)
        #expect(loop.lines(in: "/tmp/kernels/tile.cu") == 11...16)
    }

    @Test("tensor instructions in a loop")
    func tensor() throws {
        let function = try #require(SASSListing(try Fixture.text("tensor-sm80.nvdisasm"))["tensor"])
        let loop = try #require(function.loops.first)
        #expect(loop.mix[.tensor] == 2)
        #expect(loop.mix.pipes[.tensor] == 2)
    }

    @Test("code that was moved out of the way and jumps back is no loop")
    func outOfTheWay() {
        let listing = SASSListing(
            """
            .text.k:
                    /*0000*/              @P0 BRA `(.L_x_2) ;
            .L_x_1:
                    /*0010*/                  FADD R0, R0, 1 ;
                    /*0020*/                  EXIT ;
            .L_x_2:
                    /*0030*/                  MUFU.RCP R0, R0 ;
                    /*0040*/                  BRA `(.L_x_1) ;
            .L_x_3:
                    /*0050*/                  BRA `(.L_x_3);
            """)
        #expect(listing["k"]?.loops == [])
    }

    @Test("two branches back to one place are one loop")
    func twoBranches() {
        let listing = SASSListing(
            """
            .text.k:
            .L_x_1:
                    /*0000*/                  IADD3 R0, R0, 0x1, RZ ;
                    /*0010*/              @P0 BRA `(.L_x_1) ;
                    /*0020*/                  FADD R1, R1, 1 ;
                    /*0030*/              @P1 BRA `(.L_x_1) ;
                    /*0040*/                  EXIT ;
            """)
        let loops = listing["k"]?.loops ?? []
        #expect(loops.map(\.branches) == [[0x10, 0x30]])
        #expect(loops.map(\.instructions.count) == [4])
    }

    @Test("loops that are left by a call of a place in the same function are nested loops")
    func leftByCalls() {
        let listing = SASSListing(
            """
            .text.k:
            .L_x_3:
                    /*0000*/              LDG.E R4, [R2.64] ;
                    /*0010*/              BAR.SYNC 0x0 ;
            .L_x_1:
                    /*0020*/              FFMA R0, R4, R4, R0 ;
                    /*0030*/              @P0 CALL.REL.NOINC `(.L_x_0) ;
                    /*0040*/              BRA `(.L_x_1) ;
            .L_x_0:
                    /*0050*/              BAR.SYNC 0x0 ;
                    /*0060*/              @P1 CALL.REL.NOINC `(.L_x_2) ;
                    /*0070*/              BRA `(.L_x_3) ;
            .L_x_2:
                    /*0080*/              EXIT ;
            """)
        let loops = listing["k"]?.loops ?? []
        #expect(loops.map(\.start) == [0, 0x20])
        #expect(loops.map(\.depth) == [0, 1])
        #expect(loops.first?.instructions.count == 8)
    }
}
