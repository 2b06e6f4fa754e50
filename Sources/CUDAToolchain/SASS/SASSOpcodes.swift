/// The table of opcodes.
enum SASSOpcodes {
    static let classes: [String: SASSClass] = {
        var classes: [String: SASSClass] = [:]
        for (kind, names) in groups {
            for name in names.split(whereSeparator: \.isWhitespace) { classes[String(name)] = kind }
        }
        return classes
    }()

    /// Opcodes that newer chips add to known families.
    static func byPrefix(_ opcode: String) -> SASSClass? {
        if opcode.hasSuffix("MMA") { return .tensor }
        if opcode.hasPrefix("UTMA") || opcode.hasPrefix("UBLK") { return .copy }
        if opcode.hasPrefix("F2") || opcode.hasPrefix("I2") { return .conversion }
        if opcode.hasPrefix("BAR") || opcode.hasPrefix("SYNCS") { return .barrier }
        // The uniform datapath repeats the others' opcodes behind a U.
        if opcode.hasPrefix("U") { return .uniform }
        return nil
    }

    private static let groups: [(SASSClass, String)] = [
        (
            .single,
            """
            FADD FADD2 FADD32I FCHK FFMA FFMA2 FFMA32I FMNMX FMNMX3 FMUL FMUL2 FMUL32I FSEL FSET FSETP FSWZADD
            """
        ),
        (.double, "DADD DFMA DMUL DSETP DMNMX DSET"),
        (.half, "HADD2 HADD2_32I HFMA2 HFMA2_32I HMUL2 HMUL2_32I HSET2 HSETP2 HMNMX2"),
        (.special, "MUFU"),
        (.conversion, "F2F F2FP F2I F2IP FRND I2F I2FP I2I I2IP"),
        (.tensor, "HMMA IMMA BMMA DMMA HGMMA IGMMA BGMMA QGMMA QMMA OMMA WARPGROUP WARPGROUPSET"),
        (
            .integer,
            """
            BMSK BREV FLO IABS IADD IADD3 IADD32I IDP IDP4A IMAD IMAD32I IMNMX IMUL IMUL32I ISCADD ISCADD32I ISETP
            LEA LOP LOP3 LOP32I POPC SHF SHL SHR VABSDIFF VABSDIFF4 VHMNMX VIADD VIADDMNMX VIMNMX VIMNMX3 MOV MOV32I
            MOVM PRMT SEL SGXT PLOP3 PSETP P2R R2P
            """
        ),
        (.global, "LD LDG ST STG ATOM ATOMG RED REDG CCTL"),
        (.shared, "LDS STS ATOMS REDS LDSM STSM REDAS STAS"),
        (.local, "LDL STL CCTLL"),
        (.constant, "LDC LDCU ULDC"),
        (.copy, "LDGSTS UBLKCP UBLKPF UBLKRED UTMALDG UTMASTG UTMAREDG UTMAPF UTMACCTL"),
        (.texture, "TEX TLD TLD4 TMML TXD TXQ SUATOM SULD SURED SUST CCTLT"),
        (.exchange, "SHFL VOTE VOTEU MATCH REDUX CREDUX ELECT"),
        (
            .branch,
            """
            BRA BRX BRXU BREAK BSSY BSYNC BMOV CALL EXIT JMP JMX JMXU KILL RET RPCMOV RTT YIELD WARPSYNC NANOSLEEP BPT
            ENDCOLLECTIVE
            """
        ),
        (
            .barrier,
            """
            BAR DEPBAR LDGDEPBAR ARRIVES SYNCS MEMBAR ERRBAR CGAERRBAR FENCE UCGABAR_ARV UCGABAR_WAIT
            UTMACMDFLUSH ACQBULK
            """
        ),
        (.uniform, "R2UR S2UR USETMAXREG UP2UR UR2UP"),
        (.other, "NOP S2R CS2R B2R R2B LEPC PMTRIG QSPC GETLMEMBASE SETLMEMBASE SETCTAID"),
    ]
}
