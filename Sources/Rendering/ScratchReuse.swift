import KernelIR

/// Temporaries whose lives do not meet share memory.
///
/// A temporary lives from the first kernel that touches it to the last one. What prepared kernels make lives for the whole
/// plan. Temporaries are placed in order of birth, each in the free one that fits best; complexity O(temporaries²).
struct ScratchReuse {
    /// The scratch buffers, in order of first use.
    private(set) var scratch: [Solution.Scratch] = []
    /// The scratch buffer that holds each temporary.
    private(set) var places: [String: String] = [:]

    init(_ program: LoopProgram, touched: [Set<String>], prepared: Set<Int>) {
        var lives: [String: ClosedRange<Int>] = [:]
        for (number, names) in touched.enumerated() {
            for name in names {
                let known = lives[name] ?? number...number
                // What a prepared kernel touches keeps its whole life, whoever reads it later.
                lives[name] =
                    prepared.contains(number)
                    ? 0...touched.count : known.lowerBound...max(known.upperBound, number)
            }
        }
        let temporaries = program.buffers.filter { $0.role == .temporary && lives[$0.name] != nil }
        let births = temporaries.enumerated().sorted { left, right in
            let (a, b) = (lives[left.element.name]?.lowerBound ?? 0, lives[right.element.name]?.lowerBound ?? 0)
            return (a, left.offset) < (b, right.offset)
        }
        var lastUses: [Int] = []
        for (_, buffer) in births {
            guard let life = lives[buffer.name] else { continue }
            let free = scratch.indices.filter { lastUses[$0] < life.lowerBound }
            let fitting = free.filter { scratch[$0].bytes >= buffer.byteCount }.min {
                scratch[$0].bytes < scratch[$1].bytes
            }
            if let place = fitting ?? free.max(by: { scratch[$0].bytes < scratch[$1].bytes }) {
                scratch[place].bytes = max(scratch[place].bytes, buffer.byteCount)
                lastUses[place] = life.upperBound
                places[buffer.name] = scratch[place].name
            } else {
                scratch.append(Solution.Scratch(name: buffer.name, bytes: buffer.byteCount))
                lastUses.append(life.upperBound)
                places[buffer.name] = buffer.name
            }
        }
    }
}
