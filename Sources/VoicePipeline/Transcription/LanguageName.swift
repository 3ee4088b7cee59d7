/// The languages of multilingual speech models: codes of ISO 639 and the names that OpenAI's service gives them.
public enum LanguageName {
    /// - Parameter code: such as `en`.
    /// - Returns: the name in English, in lower case; nil for a code that is not known.
    public static func name(of code: String) -> String? { names[code] }

    /// - Parameter text: a code or a name, in any case, such as `en` or `English`.
    /// - Returns: the code; nil for what is neither.
    public static func code(of text: String) -> String? {
        let text = text.lowercased()
        return names[text] == nil ? codes[text] : text
    }

    /// All codes, in alphabetical order.
    public static var allCodes: [String] { names.keys.sorted() }

    private static let codes: [String: String] = {
        var codes: [String: String] = [:]
        for (code, name) in names { codes[name] = code }
        for (code, name) in [
            ("my", "burmese"), ("ca", "valencian"), ("nl", "flemish"), ("ht", "haitian"), ("lb", "letzeburgesch"),
            ("ps", "pushto"), ("pa", "panjabi"), ("ro", "moldavian"), ("si", "sinhalese"), ("es", "castilian"),
            ("zh", "mandarin"),
        ] { codes[name] = code }
        return codes
    }()

    private static let names: [String: String] = {
        var names: [String: String] = [:]
        for entry in table.split(whereSeparator: { $0 == "," || $0.isNewline }) {
            let parts = entry.split(separator: "=")
            guard let code = parts.first, let name = parts.last else { continue }
            names[String(code.drop { $0 == " " })] = String(name)
        }
        return names
    }()

    private static let table = """
        af=afrikaans, am=amharic, ar=arabic, as=assamese, az=azerbaijani, ba=bashkir, be=belarusian, bg=bulgarian
        bn=bengali, bo=tibetan, br=breton, bs=bosnian, ca=catalan, cs=czech, cy=welsh, da=danish, de=german, el=greek
        en=english, es=spanish, et=estonian, eu=basque, fa=persian, fi=finnish, fo=faroese, fr=french, gl=galician
        gu=gujarati, ha=hausa, haw=hawaiian, he=hebrew, hi=hindi, hr=croatian, ht=haitian creole, hu=hungarian
        hy=armenian, id=indonesian, is=icelandic, it=italian, ja=japanese, jw=javanese, ka=georgian, kk=kazakh
        km=khmer, kn=kannada, ko=korean, la=latin, lb=luxembourgish, ln=lingala, lo=lao, lt=lithuanian, lv=latvian
        mg=malagasy, mi=maori, mk=macedonian, ml=malayalam, mn=mongolian, mr=marathi, ms=malay, mt=maltese, my=myanmar
        ne=nepali, nl=dutch, nn=nynorsk, no=norwegian, oc=occitan, pa=punjabi, pl=polish, ps=pashto, pt=portuguese
        ro=romanian, ru=russian, sa=sanskrit, sd=sindhi, si=sinhala, sk=slovak, sl=slovenian, sn=shona, so=somali
        sq=albanian, sr=serbian, su=sundanese, sv=swedish, sw=swahili, ta=tamil, te=telugu, tg=tajik, th=thai
        tk=turkmen, tl=tagalog, tr=turkish, tt=tatar, uk=ukrainian, ur=urdu, uz=uzbek, vi=vietnamese, yi=yiddish
        yo=yoruba, yue=cantonese, zh=chinese
        """
}
