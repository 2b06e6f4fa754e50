import LanguageModels
import Testing

@Suite struct ReasoningTests {
    @Test(arguments: [
        ("code", "", "code"),
        ("<think>so</think>code", "so", "code"),
        (" <THINK>\nso\n</Think>\n\ncode\n", "so", "code"),
        ("one <think>a</think> two <think>b</think> three", "a\nb", "one  two  three"),
        ("<think>never closed", "never closed", ""),
        ("opened by the template</think>code", "opened by the template", "code"),
        ("so</think>code <think>more</think> end", "so\nmore", "code  end"),
        ("<think></think>code", "", "code"),
        ("", "", ""),
    ])
    func partsThinkingFromTheAnswer(text: String, thinking: String, answer: String) {
        let parted = Reasoning(text)
        #expect(parted.thinking == thinking)
        #expect(parted.answer == answer)
    }
}
