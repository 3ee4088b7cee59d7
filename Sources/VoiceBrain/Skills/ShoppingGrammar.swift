/// Reads what is said about the shopping list.
enum ShoppingGrammar {
    private static let reads: Set<String> = [
        "what is on", "read", "read me", "show", "show me", "tell me what is on", "what do i have on", "read out",
        "what is in", "list", "what are the items on", "what items are on", "what have i got on", "give me", "check",
        "what do we have on", "tell me", "how many items are on", "what is still on", "what all is on", "read back",
        "what things are on", "what did i put on", "open",
    ]
    private static let wholeReads: Set<String> = [
        "what do i need to buy", "what do i have to buy", "what should i buy", "what do we need to buy",
        "what do i need from the store", "what do i need to get from the store", "what do i need at the store",
        "buy what",
        "what do i need from the shop",
    ]

    static func match(_ utterance: Utterance) -> SkillMatch<ShoppingSkill.Intent>? {
        if utterance.isOne(of: wholeReads) { return SkillMatch(.read) }
        let scanner = utterance.scanner
        if let intent = clear(scanner) ?? read(scanner) ?? remove(scanner) ?? add(scanner) ?? has(scanner) {
            return SkillMatch(intent)
        }
        return buy(scanner)
    }

    private static func add(_ scanner: WordScanner) -> ShoppingSkill.Intent? {
        var scanner = scanner
        guard scanner.takeOne(of: ["add", "put", "write", "include", "place", "stick", "throw"]) else { return nil }
        var rest = scanner
        // "Add to my shopping list: milk and eggs."
        if rest.takeOne(of: ["to", "on", "onto"]), rest.takeList() {
            return .add(items(rest))
        }
        guard scanner.dropList(after: ["to", "on", "onto", "in", "into", "too", "two"]) else { return nil }
        return .add(items(scanner))
    }

    private static func remove(_ scanner: WordScanner) -> ShoppingSkill.Intent? {
        var scanner = scanner
        guard
            scanner.takeOne(of: [
                "remove", "delete", "take", "cross", "strike", "scratch", "take off", "cross off", "check off", "drop",
                "erase",
            ]), scanner.dropList(after: ["from", "off", "off of", "of", "out of", "on", "from off"])
        else { return nil }
        let texts = items(scanner)
        return texts.isEmpty ? nil : .remove(texts)
    }

    private static func clear(_ scanner: WordScanner) -> ShoppingSkill.Intent? {
        var scanner = scanner
        if scanner.takeOne(of: [
            "remove everything from", "delete everything from", "take everything off", "erase everything from",
            "remove all items from", "delete all items from", "remove everything on", "delete everything on",
        ]) {
            return scanner.takeList() && scanner.isAtEnd ? .clear : nil
        }
        guard
            scanner.takeOne(of: [
                "clear", "empty", "delete", "erase", "reset", "clear out", "wipe", "start a new", "remove",
            ])
        else { return nil }
        scanner.takeOne(of: ["everything on", "all of"])
        return scanner.takeList() && scanner.isAtEnd ? .clear : nil
    }

    private static func read(_ scanner: WordScanner) -> ShoppingSkill.Intent? {
        var scanner = scanner
        if scanner.takeList(needsWord: "shopping"), scanner.isAtEnd { return .read }
        guard scanner.dropList(after: [""]) else { return nil }
        return reads.contains(scanner.rest) ? .read : nil
    }

    private static func has(_ scanner: WordScanner) -> ShoppingSkill.Intent? {
        var scanner = scanner
        guard scanner.takeOne(of: ["is", "are", "do i have", "have i got", "do we have", "is there", "are there"]),
            scanner.dropList(after: ["on", "in"])
        else { return nil }
        scanner.takeOne(of: ["any", "some", "a", "an", "the", "already"])
        scanner.dropLast("already")
        let item = scanner.heard.lowercased()
        return item.isEmpty || item == "anything" || item == "what" ? (item == "anything" ? .read : nil) : .has(item)
    }

    /// "I need to buy milk": meant for the list, but a model may have more to say.
    private static func buy(_ scanner: WordScanner) -> SkillMatch<ShoppingSkill.Intent>? {
        var scanner = scanner
        guard
            scanner.takeOne(of: [
                "i need to buy", "i have to buy", "we need to buy", "remember to buy", "buy", "i must buy", "add",
                "we need", "we are out of", "i am out of", "we ran out of", "i need to get", "we need to get",
            ]), !scanner.contains("to")
        else { return nil }
        let texts = items(scanner)
        guard !texts.isEmpty, texts.count <= 8, scanner.rest.split(separator: " ").count <= 12 else { return nil }
        return SkillMatch(.add(texts), .likely)
    }

    /// "milk, eggs and some bread" in parts, without articles, as they were said.
    static func items(_ scanner: WordScanner) -> [String] {
        var texts: [String] = []
        var current = scanner
        var index = scanner.position
        func keep(_ upTo: Int) {
            var part = current
            part.end = upTo
            // "A dozen eggs" keeps its article.
            if !["dozen", "few", "couple", "half"].contains(part.peek(1) ?? "") {
                part.takeOne(of: ["some", "a", "an", "the", "also", "more", "some more", "and"])
            }
            part.dropLastOne(of: ["too", "as well", "also"])
            let text = part.heard
            if !text.isEmpty { texts.append(lowercasedFirst(text)) }
        }
        while index < scanner.end {
            let word = scanner.words[index]
            if word.text == "and", isOneDish(scanner, around: index) {
                index += 1
                continue
            }
            if word.isBreak || word.text == "and" || word.text == "plus" || word.text == "+" {
                keep(index)
                current.position = index + 1
            }
            index += 1
        }
        keep(scanner.end)
        return texts
    }

    /// "Mac and cheese" is one thing.
    private static func isOneDish(_ scanner: WordScanner, around index: Int) -> Bool {
        guard index > scanner.position, index + 1 < scanner.end else { return false }
        let pair = [scanner.words[index - 1].text, scanner.words[index + 1].text]
        return [["mac", "cheese"], ["macaroni", "cheese"], ["half", "half"], ["butter", "jelly"]].contains(pair)
    }

    /// "Milk" said first in a sentence is "milk"; "BBQ sauce" stays.
    private static func lowercasedFirst(_ text: String) -> String {
        let second = text.dropFirst().first
        return second?.isUppercase == true ? text : text.prefix(1).lowercased() + text.dropFirst()
    }
}

extension WordScanner {
    /// Reads "my shopping list".
    fileprivate mutating func takeList(needsWord word: String? = nil) -> Bool {
        var probe = self
        probe.takeOne(of: ["my", "the", "our", "a", "that"])
        if let word, probe.peek != word, probe.peek != "grocery" { return false }
        guard probe.takeOne(of: ["shopping list", "grocery list", "groceries list", "list"]) else { return false }
        self = probe
        return true
    }

    /// Takes "to my shopping list" off the end; "" among the prepositions stands for none.
    fileprivate mutating func dropList(after prepositions: [String]) -> Bool {
        var probe = self
        guard probe.dropLastOne(of: ["shopping list", "grocery list", "groceries list", "list", "shopping lists"])
        else { return false }
        probe.dropLastOne(of: ["my", "the", "our", "a", "that"])
        guard prepositions == [""] || probe.dropLastOne(of: prepositions) else { return false }
        self = probe
        return true
    }
}
