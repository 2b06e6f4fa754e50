import Evaluation
import KernelIR
import Policies
import Scheduling
import Testing

@testable import LanguageModels

@Suite struct ScheduleFormatTests {
    private let format = ScheduleFormat(Sample.observation())
    private let split = Action.split(Split(stage: "negate", loop: "i", factor: 16))

    private func message(_ answer: String) -> String? {
        let error = #expect(throws: AnswerError.self) { try format.proposal(in: answer) }
        return error?.message
    }

    /// The number under which an action is listed.
    private func number(of action: Action, in format: ScheduleFormat) throws -> Int {
        let state = ScheduleState(Sample.program, target: .genericAVX512)
        let place = try #require(state.legalActions().firstIndex(of: action))
        let line = try #require(
            format.material?.split(separator: "\n").first { $0.hasPrefix("\(place + 1) {\"action\"") })
        #expect(line.contains("\"factor\":16"))
        return place + 1
    }

    @Test func appliesListedActionsInOrder() throws {
        let number = try number(of: split, in: format)
        for answer in ["[\(number)]", "\(number)\n", "I split.\n```json\n[\(number)]\n```"] {
            #expect(try format.proposal(in: answer).content == .schedule([split]))
        }
        #expect(try format.proposal(in: "I split.\n```\n[\(number)]\n```").summary == "I split.")
    }

    @Test func readsAWholeSchedule() throws {
        let answer = """
            ```json
            [{"action":"split","stage":"negate","loop":"i","factor":16},
             {"action":"vectorize","stage":"negate","loop":"i.i","gather":false}]
            ```
            """
        let expected: Schedule = [split, .vectorize(Vectorize(stage: "negate", loop: "i.i"))]
        #expect(try format.proposal(in: answer).content == .schedule(expected))
    }

    @Test func goesOnFromTheFastestCorrectSchedule() throws {
        let history = [
            Sample.turn(0, .schedule([]), .correct(3)), Sample.turn(1, .schedule([split]), .correct(2)),
            Sample.turn(2, .source(Sample.solution("k")), .correct(1)),
            Sample.turn(3, .schedule([]), .failed(.wrongValues, "no")),
        ]
        let format = ScheduleFormat(Sample.observation(history))
        guard case .schedule(let schedule) = try format.proposal(in: "1").content else { return #expect(Bool(false)) }
        #expect(schedule.count == 2)
        #expect(schedule.first == split)
        #expect(format.material?.contains("\"factor\":16") == true)
    }

    @Test func saysWhatIsWrong() {
        #expect(message("[0]")?.contains("0 is no listed action; they are numbered from 1 to") == true)
        #expect(message("99999")?.contains("99999 is no listed action") == true)
        #expect(message("\(Int.min)")?.contains("\(Int.min) is no listed action") == true)
        #expect(message("")?.contains("the answer is empty") == true)
        #expect(message("Let me think.")?.contains("no fenced code block") == true)
        #expect(message("```json\n[1\n```")?.contains("no JSON") == true)
        #expect(message("[\"split\"]") != nil)
        #expect(
            message("[{\"action\":\"split\",\"stage\":\"negate\",\"factor\":4}]")?.contains("action 1 lacks \"loop\"")
                == true)
        #expect(message("[{\"action\":\"tile\"}]")?.contains("unknown action tile; actions: split") == true)
        let illegal = message("[{\"action\":\"split\",\"stage\":\"negate\",\"loop\":\"k\",\"factor\":4}]")
        #expect(illegal?.contains("action 1, {\"action\":\"split\"") == true)
        #expect(illegal?.contains("loops: i") == true)
    }

    /// Each number alone is legal; together they would leave 64 bits.
    @Test func factorsThatAreTooLargeTogetherAreAnError() {
        let splits = ["i", "i.o", "i.o.o"].map {
            "{\"action\":\"split\",\"stage\":\"negate\",\"loop\":\"\($0)\",\"factor\":16777216}"
        }
        let told = message("[\(splits.joined(separator: ","))]")
        #expect(told?.contains("action 2, ") == true)
        #expect(told?.contains("factor 16777216 of loop i.o: the loops of negate would walk") == true)
    }

    @Test func storageInSixteenBitsIsForRunsThatAllowIt() {
        let axis = Axis("i", 64)
        let twice = TensorProgram(
            name: "twice",
            buffers: [
                Buffer("x", shape: [64], role: .input), Buffer("t", shape: [64], role: .temporary),
                Buffer("y", shape: [64], role: .output),
            ],
            stages: [
                .map("first", [axis], [.unary(.negate, .load("x", [.axis("i")]))], into: ["t"]),
                .map("second", [axis], [.unary(.negate, .load("t", [.axis("i")]))], into: ["y"]),
            ])
        var observation = Sample.observation()
        observation.program = twice
        #expect(ScheduleFormat(observation).material?.contains("\"narrow\"") == false)
        observation.precision = .float16
        let material = ScheduleFormat(observation).material
        #expect(material?.contains("\"type\":\"float16\"") == true)
        #expect(material?.contains("\"type\":\"bfloat16\"") == false)
    }

    /// Every action has its name and its parameters in the description.
    @Test func describesEveryAction() throws {
        let state = ScheduleState(Sample.program, target: .genericAVX512)
        for action in state.legalActions() {
            let name = type(of: action.wrapped).name
            #expect(format.description.contains(name), "\(name)")
        }
    }
}
