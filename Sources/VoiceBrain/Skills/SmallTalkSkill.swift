import VoicePipeline

/// Greetings, thanks, and the questions people ask a new machine.
struct SmallTalkSkill: Skill {
    enum Intent: Sendable, CaseIterable {
        case hello, howAreYou, thanks, goodbye, whoAreYou, whatName, greeting, goodNight, areYouThere, hearMe, praise
        case yes, sorry, love, niceToMeet, test, whoMade, fine, human, birthday
    }
    let name = "small talk"

    private static let phrases: [String: Intent] = {
        let groups: [(Intent, [String])] = [
            (
                .hello,
                [
                    "hello", "hi", "hey", "hello there", "hi there", "hey there", "hello hotpin", "hey hotpin",
                    "hi hotpin",
                    "howdy", "greetings", "hotpin", "hello hello", "what is up", "yo", "good day", "hello again",
                ]
            ),
            (
                .howAreYou,
                [
                    "how are you", "how are you doing", "how are you today", "how is it going", "how do you do",
                    "how are you doing today", "are you okay", "how do you feel", "how are things", "how have you been",
                    "how are you feeling", "how was your day", "how is your day", "how is everything",
                    "how are you feeling today", "how is your day going",
                ]
            ),
            (
                .thanks,
                [
                    "thanks", "thank you", "thank you very much", "thanks a lot", "thank you so much", "many thanks",
                    "cheers",
                    "thanks very much", "thank you hotpin", "thanks hotpin", "much appreciated", "okay thanks",
                    "okay thank you", "thanks so much", "thanks for your help", "thank you for your help",
                    "that is helpful",
                ]
            ),
            (
                .goodbye,
                [
                    "goodbye", "bye", "bye bye", "good bye", "see you", "see you later", "talk to you later",
                    "see you soon",
                    "see you tomorrow", "farewell", "catch you later", "bye for now", "thanks bye", "thank you bye",
                    "thank you goodbye", "thanks goodbye", "goodbye hotpin", "bye hotpin",
                ]
            ),
            (
                .whoAreYou,
                [
                    "who are you", "what are you", "introduce yourself", "tell me about yourself", "who is this",
                    "are you a robot", "are you an ai", "what kind of assistant are you", "who am i talking to",
                    "who am i speaking to", "what is hotpin", "who is hotpin", "are you a computer",
                    "are you a machine",
                    "are you real",
                ]
            ),
            (
                .whatName,
                [
                    "what is your name", "what are you called", "do you have a name", "tell me your name", "your name",
                    "what should i call you", "say your name", "what do i call you",
                ]
            ),
            (.greeting, ["good morning", "good afternoon", "good evening", "morning", "good morning hotpin"]),
            (.goodNight, ["good night", "goodnight", "sleep well", "night night", "good night hotpin"]),
            (
                .areYouThere,
                ["are you there", "are you still there", "are you listening", "anybody there", "are you awake"]
            ),
            (
                .hearMe,
                ["hear me", "do you hear me", "can you hear me", "can you understand me", "do you understand me"]
            ),
            (
                .praise,
                [
                    "good job", "well done", "great job", "nice", "great", "awesome", "perfect", "cool",
                    "you are great",
                    "you are awesome", "you are the best", "excellent", "that is great", "very good", "good",
                    "nice work",
                    "you are funny", "that was funny", "that is funny", "you are amazing", "you are smart", "wonderful",
                ]
            ),
            (
                .yes,
                ["yes", "yeah", "yep", "okay", "sure", "right", "all right", "fine", "got it", "i see", "yes please"]
            ),
            (.sorry, ["i am sorry", "my apologies", "i apologize"]),
            (.love, ["i love you", "i like you", "do you love me", "do you like me", "will you marry me", "marry me"]),
            (.niceToMeet, ["nice to meet you", "pleased to meet you", "good to meet you", "nice meeting you"]),
            (
                .test,
                [
                    "test", "testing", "this is a test", "testing testing", "test test", "testing one two three",
                    "testing 1 2 3", "one two three", "1 2 3", "test one two three", "test 1 2 3",
                ]
            ),
            (
                .whoMade,
                [
                    "who made you", "who created you", "who built you", "where do you come from", "where are you from",
                    "who programmed you", "where do you live",
                ]
            ),
            (
                .fine,
                [
                    "i am fine", "i am good", "i am okay", "i am well", "i am great", "i am fine thank you",
                    "i am doing well", "not bad", "i am doing fine", "i am doing good", "i am doing great",
                ]
            ),
            (.human, ["are you human", "are you a human", "are you a person", "are you alive"]),
            (.birthday, ["how old are you", "when is your birthday", "when were you born", "what is your age"]),
        ]
        var table: [String: Intent] = [:]
        for (intent, list) in groups {
            for phrase in list { table[phrase] = intent }
        }
        return table
    }()

    func matches(_ utterance: Utterance, at now: Now) -> SkillMatch<Intent>? {
        let intent = Self.phrases[utterance.text] ?? Self.phrases[Utterance.joined(utterance.words)]
        return intent.map { SkillMatch($0) }
    }

    func hasEffects(_ intent: Intent) -> Bool { false }

    func perform(_ intent: Intent, in context: SkillContext) async throws(StorageError) -> String {
        switch intent {
        case .hello: "Hello! What can I do for you?"
        case .howAreYou: "I'm well, thank you. What can I do for you?"
        case .thanks: "You're welcome."
        case .goodbye: "Goodbye!"
        case .whoAreYou: "I'm Hotpin, a voice assistant that runs on your own machine."
        case .whatName: "My name is Hotpin."
        case .greeting: greeting(context.now.local.hour)
        case .goodNight: "Good night. Sleep well."
        case .areYouThere: "I'm here."
        case .hearMe: "Yes, I can hear you."
        case .praise: "Thank you."
        case .yes: "Okay."
        case .sorry: "No problem at all."
        case .love: "That's kind of you. I like talking with you too."
        case .niceToMeet: "Nice to meet you too."
        case .test: "I hear you loud and clear."
        case .whoMade: "I'm an open program called Hotpin, and I live on this machine."
        case .fine: "I'm glad to hear that."
        case .human: "No, I'm a program that listens and talks."
        case .birthday: "I start afresh each time I'm switched on, so I never get old."
        }
    }

    private func greeting(_ hour: Int) -> String {
        switch hour {
        case 4..<12: "Good morning! What can I do for you?"
        case 12..<18: "Good afternoon! What can I do for you?"
        default: "Good evening! What can I do for you?"
        }
    }
}
