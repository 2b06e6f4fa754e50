extension Attack {
    /// Every known attack.
    static let all: [Attack] = values + precision + memory + replay + timing + system + compiling + plans

    private static let values: [Attack] = [
        .constantOutput, .zeroOutput, .meanOutput, .copiedInput, .closedForm, .partialLoss, .sampledSum,
        .halfTheWork, .skippedTail, .uninitializedOutput, .staleOutput, .droppedParameters, .droppedBias,
        .notANumber, .hiddenNotANumber, .infiniteOutput, .toleranceGaming, .matchedRatio, .luckyRace,
    ]

    private static let precision: [Attack] = [
        .halfStorage, .brainFloat, .tensorFloat, .roundedOutput, .quantized, .fastExponential, .fastReciprocal,
    ]

    private static let memory: [Attack] = [
        .inputMutation, .parameterMutation, .guardRead, .answerSearch, .downwardSearch, .paddingWrite,
        .frontWrite, .farWrite, .scratchOverflow, .wildWrite, .stackReach, .hugePrivateArray,
    ]

    static let replay: [Attack] = [
        .pointerCache, .contentCache, .globalCache, .localCache, .lowBits, .callCounter, .globalCounter,
        .poisonWitness, .everyOtherCall, .superBatch, .clockGap, .inputWitness,
    ]

    private static let timing: [Attack] = [
        .warmUpSlowdown, .deviceQueue, .endlessLoop, .forgedClock,
    ]

    private static let system: [Attack] = [
        .openFile, .openSocket, .forkProcess, .startThread, .runProgram, .traceProcess, .readProcess,
        .killParent, .exitProcess, .unprotectInput, .mapMemory, .sharedSegment, .writeDescriptor,
        .sleepProcess, .handleSignal, .loosenFilter, .foreignInterface, .trap, .constructor,
        .initializerSection,
    ]

    private static let compiling: [Attack] = [
        .includedFile, .includedDevice, .embeddedFile, .macroBomb, .nestingBomb, .aliasSymbol, .libraryCall,
        .librarySymbol, .functionPointer,
    ]

    private static let plans: [Attack] = [
        .unlaunchedKernel, .libraryKernel, .emptyGrid, .noLaunch, .negativeGrid, .hugeGrid,
        .hiddenPreparation, .outputAsInput, .unknownBuffer, .mistypedScalar, .overflowingScalar, .hugeScratch,
        .overflowingScratch, .includeOption, .injectedOption, .looseOption, .escapingPath, .injectedPath,
    ]
}
