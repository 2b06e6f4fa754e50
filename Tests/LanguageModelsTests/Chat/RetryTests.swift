import Testing

@testable import LanguageModels

@Suite struct RetryTests {
    @Test(
        arguments: [
            ("7", nil, 7.0), ("0.5", nil, 0.5), ("-3", nil, 0), (" 12 ", nil, 12),
            ("Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:07 GMT", 30),
            ("Sun, 06 Nov 1994 08:49:07 GMT", "Sun, 06 Nov 1994 08:49:37 GMT", 0),
        ] as [(String, String?, Double)])
    func readsHowLongToWait(text: String, date: String?, seconds: Double) {
        var headers = ["retry-after": text]
        headers["date"] = date
        #expect(RetryAfter(ResponseHead(status: 429, headers: headers)).seconds == seconds)
    }

    @Test(arguments: ["soon", "nan", "Sun, 06 Nov 1994 08:49:37 GMT", ""])
    func whatCannotBeReadIsNone(text: String) {
        #expect(RetryAfter(ResponseHead(status: 429, headers: ["retry-after": text])).seconds == nil)
        #expect(RetryAfter(ResponseHead(status: 429)).seconds == nil)
    }

    @Test func delaysDoubleWithinTheirBounds() {
        let backoff = Backoff(attempts: 9, firstSeconds: 1, longestSeconds: 10)
        let least = (1...8).map { backoff.delay(after: $0, asked: nil, jitter: 0) }
        #expect(least == [0.5, 1, 2, 4, 5, 5, 5, 5])
        #expect(backoff.delay(after: 2, asked: nil, jitter: 0.5) == 1.5)
        #expect(backoff.delay(after: 9, asked: nil, jitter: 0) == nil)
    }

    @Test func whatIsAskedForCountsWhereItIsLongerAndBearable() {
        let backoff = Backoff(patienceSeconds: 20)
        #expect(backoff.delay(after: 1, asked: 15, jitter: 0) == 15)
        #expect(backoff.delay(after: 1, asked: 0, jitter: 0) == 0.5)
        #expect(backoff.delay(after: 1, asked: 21, jitter: 0) == nil)
    }

    @Test func aFormLosesWhatIsRefused() throws {
        var form = RequestForm()
        let refusals = [
            "unknown field stream_options", "use 'max_completion_tokens' instead", "seed is not supported",
            "temperature must be 1", "stream is not supported",
        ]
        for refusal in refusals { form = try #require(form.relaxed(after: refusal)) }
        let all = RequestForm(
            streams: false, asksForUsage: false, hasSeed: false, hasTemperature: false, namesCompletion: true)
        #expect(form == all)
        for refusal in refusals { #expect(form.relaxed(after: refusal) == nil) }
        #expect(RequestForm().relaxed(after: "the model does not exist") == nil)
    }
}
