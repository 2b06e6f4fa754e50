import Testing

@testable import SIMT

@Suite("Cache model") struct CacheModelTests {
    /// The sectors of a buffer in order.
    private func sectors(_ bytes: Int, from base: Int = 0) -> [UInt64] {
        stride(from: base, to: base + bytes, by: MemoryRates.sectorBytes).map { UInt64($0) }
    }

    private func model(sms: Int = 1, l2Share: Double = 1) -> CacheModel {
        CacheModel(gpu: .a6000, l1Bytes: 112 << 10, sms: sms, l2Share: l2Share)
    }

    @Test("two ways replace the least recently used line; sectors of a line come one by one")
    func replacement() {
        var cache = SectorCache(bytes: 512, ways: 2, spreadsSets: false)
        let hits = [0, 256, 0, 512, 0, 256, 32, 64, 32].map { cache.access(UInt64($0)).isHit }
        // 512 pushes 256 out, 256 pushes 512 out; sectors 1 and 2 of line 0 are not there at first.
        #expect(hits == [false, false, true, false, true, false, false, false, true])
        let (other, again) = (cache.access(128), cache.access(0))
        #expect(!other.isHit && again.isHit)
    }

    @Test("written sectors are counted when they leave or are cleaned")
    func writingBack() {
        var cache = SectorCache(bytes: 512, ways: 2, spreadsSets: false)
        let leaving = [0, 32].map { cache.access($0, writes: true).writtenBackSectors }
        let (second, third) = (cache.access(256), cache.access(512))
        #expect(leaving == [0, 0] && second.writtenBackSectors == 0 && third.writtenBackSectors == 2)
        _ = cache.access(128, writes: true)
        let cleaned = [cache.clean(), cache.clean()]
        let kept = cache.access(128)
        #expect(cleaned == [1, 0] && kept.isHit)
        cache.invalidate()
        let (missing, stillMissing) = (cache.access(128, allocates: false), cache.access(128))
        #expect(!missing.isHit && !stillMissing.isHit)
        #expect(cache.byteCount == 512)
    }

    @Test("a buffer that fits L1 is read from it the second time")
    func fitsL1() {
        var caches = model()
        for _ in 0..<2 { for address in sectors(64 << 10) { caches.access(.load, address) } }
        #expect(caches.traffic.l1HitRate == 0.5)
        #expect(caches.traffic.l2Reads == 2048 && caches.traffic.l2Hits == 0)
        #expect(caches.traffic.dramBytes == 64 << 10)
    }

    @Test("a buffer that fits L2 only is read from it the second time")
    func fitsL2() {
        var caches = model()
        for _ in 0..<2 { for address in sectors(1 << 20) { caches.access(.load, address) } }
        #expect(caches.traffic.l1LoadHits == 0)
        #expect(caches.traffic.l2Bytes == 2 << 20 && caches.traffic.l2HitRate == 0.5)
        #expect(caches.traffic.dramBytes == 1 << 20)
    }

    @Test("a buffer that fits neither is read from memory every time")
    func fitsNeither() {
        var caches = model(l2Share: 1.0 / 64)
        for _ in 0..<2 { for address in sectors(1 << 20) { caches.access(.load, address) } }
        #expect(caches.traffic.l2HitRate == 0)
        #expect(caches.traffic.dramBytes == 2 << 20)
    }

    @Test("a stride of a power of two does not collide in L2")
    func powersOfTwo() {
        var caches = model()
        let column = (0..<4096).map { UInt64($0 * 16_384) }
        for _ in 0..<2 { for address in column { caches.access(.loadPastL1, address) } }
        #expect(caches.traffic.l2HitRate > 0.45)
        #expect(caches.traffic.l1Loads == 0)
    }

    @Test("stores go through L1, stay in L2, and reach memory in the end")
    func stores() {
        var caches = model()
        for address in sectors(1 << 20) { caches.access(.store, address) }
        #expect(caches.traffic.l2Writes == 32_768)
        #expect(caches.traffic.dramBytes == 0)
        caches.access(.load, 0)
        #expect(caches.traffic.l1LoadHits == 0 && caches.traffic.l2Hits == 1)
        caches.access(.store, 0)
        caches.access(.load, 0)
        #expect(caches.traffic.l1LoadHits == 1)
        caches.writeBack()
        caches.writeBack()
        #expect(caches.traffic.dramWrites == 32_768 && caches.traffic.dramReads == 0)
    }

    @Test("each SM has its own L1, and a new kernel begins with an empty one")
    func levels() {
        var caches = model(sms: 2)
        caches.access(.load, 0, sm: 0)
        caches.access(.load, 0, sm: 1)
        #expect(caches.traffic.l1LoadHits == 0 && caches.traffic.l2Hits == 1)
        caches.access(.load, 0, sm: 1)
        #expect(caches.traffic.l1LoadHits == 1)
        caches.beginKernel()
        caches.access(.load, 0, sm: 1)
        #expect(caches.traffic.l1LoadHits == 1 && caches.traffic.l2Hits == 2)
        caches.access(.atomic, 0, sm: 0)
        #expect(caches.traffic.l2Reads == 4 && caches.traffic.l2Writes == 1 && caches.traffic.l2Hits == 4)
    }
}
