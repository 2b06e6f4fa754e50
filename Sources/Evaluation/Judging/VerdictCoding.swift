import Devices

/// The JSON form of a verdict: the stored fields, and the flat summary of the command line, which decoding ignores.
extension Verdict: Codable {
    private enum Key: String, CodingKey {
        case status, message, maxAbsoluteError, maxRelativeError, deterministic, medianSeconds, speedup
        case predictedSeconds, predictedRatio, prediction
        case accuracy, determinism, timing, profile, precisionUse, secondOpinion, coverage, costs, provenance
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        try fields.encode(status, forKey: .status)
        try fields.encodeIfPresent(message, forKey: .message)
        try fields.encodeIfPresent(maxAbsoluteError, forKey: .maxAbsoluteError)
        try fields.encodeIfPresent(maxRelativeError, forKey: .maxRelativeError)
        try fields.encodeIfPresent(deterministic, forKey: .deterministic)
        if timing?.predicted == true {
            try fields.encodeIfPresent(medianSeconds, forKey: .predictedSeconds)
            try fields.encodeIfPresent(speedup?.ratio, forKey: .predictedRatio)
        } else {
            try fields.encodeIfPresent(medianSeconds, forKey: .medianSeconds)
            try fields.encodeIfPresent(speedup, forKey: .speedup)
        }
        try fields.encode(accuracy, forKey: .accuracy)
        try fields.encodeIfPresent(determinism, forKey: .determinism)
        try fields.encodeIfPresent(timing, forKey: .timing)
        try fields.encodeIfPresent(profile, forKey: .profile)
        try fields.encodeIfPresent(precisionUse, forKey: .precisionUse)
        try fields.encodeIfPresent(secondOpinion, forKey: .secondOpinion)
        try fields.encodeIfPresent(prediction, forKey: .prediction)
        try fields.encode(coverage, forKey: .coverage)
        try fields.encode(costs, forKey: .costs)
        try fields.encode(provenance, forKey: .provenance)
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        self.init(
            status: try fields.decode(Status.self, forKey: .status),
            message: try fields.decodeIfPresent(String.self, forKey: .message),
            accuracy: try fields.decode([Accuracy].self, forKey: .accuracy),
            determinism: try fields.decodeIfPresent(Determinism.self, forKey: .determinism),
            timing: try fields.decodeIfPresent(Timing.self, forKey: .timing),
            profile: try fields.decodeIfPresent(Profile.self, forKey: .profile),
            precisionUse: try fields.decodeIfPresent(PrecisionUse.self, forKey: .precisionUse),
            coverage: try fields.decode(Double.self, forKey: .coverage),
            costs: try fields.decode(Costs.self, forKey: .costs),
            provenance: try fields.decode(Provenance.self, forKey: .provenance))
        secondOpinion = try fields.decodeIfPresent(SecondOpinion.self, forKey: .secondOpinion)
        prediction = try fields.decodeIfPresent(PlanPrediction.self, forKey: .prediction)
    }
}
