import Evaluation

/// The texts of a fuzz study by number: the same seed and corpus give the same ones.
public struct FuzzTexts: Sendable {
    public let seed: UInt64
    private let corpus: [String]

    public init(seed: UInt64, corpus: FuzzCorpus) {
        (self.seed, self.corpus) = (seed, corpus.texts)
    }

    /// Text number `number`: random instructions, some of them spoiled, or a spoiled text of the corpus.
    public func text(_ number: Int) -> String {
        var random = SplitMix64(seed: seed &* 0x9e37_79b9_7f4a_7c15 ^ UInt64(number) &* 0xd134_2543_de82_ef95)
        func known(_ choice: UInt64) -> String { corpus[Int(choice % UInt64(corpus.count))] }
        let kind = random.next() % 8
        var kernel = RandomKernel(seed: random.next())
        let text = kind < 3 ? kernel.text() : known(random.next())
        if kind < 2 { return text }
        let other = random.next() & 1 == 0 ? known(random.next()) : kernel.text()
        var mutator = TextMutator(seed: random.next())
        return mutator.mutated(text, other)
    }
}
