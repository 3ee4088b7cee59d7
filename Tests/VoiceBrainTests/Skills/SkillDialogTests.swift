import Testing
import VoiceBrain
import VoicePipeline
import VoiceTesting

/// Conversations in which one sentence depends on those before.
@Suite struct SkillDialogTests {
    @Test func severalTimers() async throws {
        let fixture = try await BrainFixture()
        #expect(try await fixture.say("Set a pasta timer for 8 minutes.") == "Pasta timer set for 8 minutes.")
        #expect(try await fixture.say("How much time is left?") == "The pasta timer has 8 minutes left.")
        #expect(try await fixture.say("Set a timer for 20 minutes") == "Timer set for 20 minutes.")
        fixture.clock.advance(by: 190)
        #expect(
            try await fixture.say("How long is left on the pasta timer?")
                == "The pasta timer has 4 minutes and 50 seconds left.")
        #expect(
            try await fixture.say("List my timers.")
                == "You have 2 timers: the pasta timer with 4 minutes and 50 seconds left and the 20 minute timer with "
                + "16 minutes and 50 seconds left.")
        #expect(
            try await fixture.say("Cancel the timer.")
                == "You have 2 timers: the pasta timer and the 20 minute timer. Which one shall I cancel?")
        #expect(try await fixture.say("Cancel the egg timer.").hasPrefix("I can't find that timer. You have 2 timers"))
        #expect(try await fixture.say("Cancel the 20 minute timer.") == "I canceled the 20 minute timer.")
        #expect(try await fixture.say("Cancel the timer.") == "I canceled the pasta timer.")
        #expect(try await fixture.say("Cancel the timer.") == "You have no timers running.")
    }

    @Test func cancelsAllTimersButNoAlarm() async throws {
        let fixture = try await BrainFixture()
        _ = try await fixture.say("Set a timer for 5 minutes.")
        _ = try await fixture.say("Set a timer for 6 minutes.")
        _ = try await fixture.say("Set an alarm for 7 a.m.")
        #expect(try await fixture.say("Cancel all timers.") == "I canceled all 2 timers.")
        #expect(try await fixture.say("When is my alarm?") == "Your next alarm is at 7 a.m. tomorrow.")
    }

    @Test func dueTimersOpenTheNextAnswerOnce() async throws {
        let fixture = try await BrainFixture()
        _ = try await fixture.say("Set a pasta timer for 8 minutes.")
        _ = try await fixture.say("Set a timer for 8 minutes.")
        _ = try await fixture.say("Set a timer for 8 minutes.", session: "other")
        fixture.clock.advance(by: 480)
        let reply = try await fixture.ask("What time is it?")
        #expect(reply.text == "Your pasta timer is done. Your 8 minute timer is done. It's 7:23 p.m.")
        #expect(reply.source == .skill("time"))
        #expect(try await fixture.say("What time is it?") == "It's 7:23 p.m.")
        fixture.clock.advance(by: 600)
        #expect(
            try await fixture.say("Hello", session: "other")
                == "Your 8 minute timer went off 10 minutes ago. Hello! What can I do for you?")
    }

    @Test func anAnnouncementThatNobodyTookComesAgain() async throws {
        struct Gone: Error {}
        let fixture = try await BrainFixture()
        _ = try await fixture.say("Set a tea timer for 8 minutes.")
        fixture.clock.advance(by: 480)
        let request = BrainRequest(session: "s", utterance: "Hello.")
        await #expect(throws: Gone.self) { _ = try await fixture.brain.reply(to: request) { _ in throw Gone() } }
        await request.receipt.settle(told: "")
        #expect(try await fixture.say("Stop.") == "Your tea timer is done. Okay.")
        #expect(try await fixture.say("Stop.") == "Okay.")
    }

    @Test func anAnnouncementInAnAnswerThatDidNotGetOutComesAgain() async throws {
        let fixture = try await BrainFixture()
        _ = try await fixture.say("Set a tea timer for 8 minutes.")
        fixture.clock.advance(by: 480)
        #expect(try await fixture.ask("Stop.", told: "").text == "Your tea timer is done. Okay.")
        #expect(try await fixture.store.alarms(of: "s").count == 1)
        #expect(try await fixture.say("Stop.") == "Your tea timer is done. Okay.")
        #expect(try await fixture.store.alarms(of: "s").isEmpty)
    }

    /// Until the answer is out, nobody else announces it.
    @Test func anAnnouncementThatIsUnderWayIsNotRepeated() async throws {
        let fixture = try await BrainFixture()
        _ = try await fixture.say("Set a tea timer for 8 minutes.")
        fixture.clock.advance(by: 480)
        let request = BrainRequest(session: "s", utterance: "Stop.")
        #expect(try await fixture.brain.reply(to: request) { _ in }.text == "Your tea timer is done. Okay.")
        #expect(try await fixture.say("Stop.") == "Okay.")
        await request.receipt.settle(told: "Your tea timer is done. Okay.")
        #expect(try await fixture.say("Stop.") == "Okay.")
    }

    /// An answer has an end, and a user may stop it.
    @Test(arguments: [
        ("Your tea timer is done. Your egg timer is done. Your", "Your rice timer is done. Okay."),
        ("Your tea timer is done. Your egg timer is", "Your egg timer is done. Your rice timer is done. Okay."),
        // Who stops it knows by now.
        ("Your tea", "Your egg timer is done. Your rice timer is done. Okay."),
    ])
    func onlyWhatWasHeardIsForgotten(told: String, next: String) async throws {
        let fixture = try await BrainFixture()
        for name in ["tea", "egg", "rice"] { _ = try await fixture.say("Set a \(name) timer for 8 minutes.") }
        fixture.clock.advance(by: 480)
        #expect(
            try await fixture.ask("Stop.", told: told).text
                == "Your tea timer is done. Your egg timer is done. Your rice timer is done. Okay.")
        #expect(try await fixture.say("Stop.") == next)
        #expect(try await fixture.say("Stop.") == "Okay.")
    }

    @Test func twoAnswersAtOnceAnnounceATimerOnce() async throws {
        let fixture = try await BrainFixture()
        _ = try await fixture.say("Set a tea timer for 8 minutes.")
        fixture.clock.advance(by: 480)
        let answers = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<10 { group.addTask { try await fixture.say("Stop.") } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.filter { $0 == "Your tea timer is done. Okay." }.count == 1)
        #expect(answers.filter { $0 == "Okay." }.count == 9)
    }

    @Test func dueAlarmsAndReminders() async throws {
        let fixture = try await BrainFixture()
        _ = try await fixture.say("Remind me in ten minutes to check the oven.")
        _ = try await fixture.say("Set an alarm for 7:30 p.m.")
        fixture.clock.advance(by: 15 * 60)
        #expect(
            try await fixture.say("Thanks.")
                == "Reminder: check the oven. This was for 5 minutes ago. It's 7:30 p.m., and your alarm is ringing. You're welcome."
        )
    }

    @Test func alarms() async throws {
        let fixture = try await BrainFixture()
        _ = try await fixture.say("Set an alarm for 7 a.m.")
        _ = try await fixture.say("Wake me up at 6:30.")
        #expect(
            try await fixture.say("What alarms do I have?")
                == "You have 2 alarms: at 6:30 a.m. tomorrow and at 7 a.m. tomorrow.")
        #expect(
            try await fixture.say("Cancel my alarm.")
                == "You have 2 alarms: at 6:30 a.m. tomorrow and at 7 a.m. tomorrow. Which one shall I cancel?")
        #expect(try await fixture.say("Cancel the 7 a.m. alarm.") == "I canceled the alarm at 7 a.m. tomorrow.")
        #expect(
            try await fixture.say("Cancel the alarm for six thirty.") == "I canceled the alarm at 6:30 a.m. tomorrow.")
        #expect(try await fixture.say("List my alarms.") == "You have no alarms set.")
    }

    @Test func remindersAreAlarmsWithWords() async throws {
        let fixture = try await BrainFixture()
        _ = try await fixture.say("Set an alarm for 7 a.m.")
        #expect(try await fixture.say("What are my reminders?") == "You have no reminders set.")
        _ = try await fixture.say("Remind me at 9 p.m. to call Anna.")
        _ = try await fixture.say("Remind me at 10 p.m. to call Bob.")
        #expect(
            try await fixture.say("List my alarms.")
                == "You have 3 alarms: call Anna at 9 p.m. today, call Bob at 10 p.m. today, and at 7 a.m. tomorrow.")
        #expect(
            try await fixture.say("Cancel the reminder to call Anna.")
                == "I canceled the reminder call Anna at 9 p.m. today.")
        #expect(try await fixture.say("Delete my reminder.") == "I canceled the reminder call Bob at 10 p.m. today.")
        #expect(try await fixture.say("Delete all reminders.") == "You have no reminders set.")
        #expect(try await fixture.say("List my alarms.") == "You have one alarm: at 7 a.m. tomorrow.")
    }

    @Test func theNumberOfTimersIsBounded() async throws {
        let fixture = try await BrainFixture()
        for _ in 0..<50 { _ = try await fixture.say("Set a timer for 5 minutes.") }
        #expect(
            try await fixture.say("Set a timer for 5 minutes.")
                == "You have too many timers and alarms already. Cancel one first.")
        #expect(try await fixture.store.alarms(of: "s").count == 50)
    }

    @Test func shoppingList() async throws {
        let fixture = try await BrainFixture()
        #expect(try await fixture.say("What's on my shopping list?") == "Your shopping list is empty.")
        #expect(
            try await fixture.say("Add milk, eggs and some bread to my shopping list.")
                == "I added milk, eggs, and bread to your shopping list.")
        #expect(try await fixture.say("Add Milk to my shopping list.") == "Milk is already on your shopping list.")
        #expect(
            try await fixture.say("Put milk and BBQ sauce on the list")
                == "I added BBQ sauce to your shopping list. It had milk already.")
        #expect(
            try await fixture.say("Read my shopping list.")
                == "You have 4 items on your shopping list: milk, eggs, bread, and BBQ sauce.")
        #expect(try await fixture.say("Is milk on my shopping list?") == "Yes, your shopping list has milk.")
        #expect(
            try await fixture.say("Remove eggs and butter from the shopping list.")
                == "I took eggs off your shopping list. I didn't find butter.")
        #expect(try await fixture.say("Take sauce off the list.") == "I took BBQ sauce off your shopping list.")
        #expect(
            try await fixture.say("What's on my shopping list?", session: "other") == "Your shopping list is empty.")
        #expect(try await fixture.say("Clear the shopping list.") == "Your shopping list is empty now.")
        #expect(try await fixture.say("Clear the shopping list.") == "Your shopping list is already empty.")
    }

    @Test func notes() async throws {
        let fixture = try await BrainFixture()
        #expect(
            try await fixture.say("Take a note: the key is under Anna's mat.")
                == "I noted: The key is under Anna's mat.")
        _ = try await fixture.say("Note that the gate code is 4711.")
        #expect(
            try await fixture.say("Read my notes.")
                == "You have 2 notes. 1: The key is under Anna's mat. 2: The gate code is 4711.")
        #expect(try await fixture.say("Delete note three.") == "You have only 2 notes.")
        #expect(
            try await fixture.say("Delete the note about the gate.") == "I deleted the note: The gate code is 4711.")
        #expect(try await fixture.say("Read my notes.") == "You have one note: The key is under Anna's mat.")
        #expect(try await fixture.say("Delete all my notes.") == "I deleted your note.")
        #expect(try await fixture.say("Delete note one.") == "You have no notes.")
    }

    @Test func repeatsTheLastAnswer() async throws {
        let fixture = try await BrainFixture()
        let history = [ChatMessage(.user, "what time is it"), ChatMessage(.assistant, "It's 7:15 p.m.")]
        #expect(try await fixture.ask("Say that again.", history: history).text == "It's 7:15 p.m.")
        #expect(try await fixture.say("Say that again.") == "I haven't said anything yet.")
    }

    @Test func tellsNoJokeTwiceInARow() async throws {
        let fixture = try await BrainFixture()
        #expect(Jokes.all.count >= 20)
        #expect(Set(Jokes.all).count == Jokes.all.count)
        var history: [ChatMessage] = []
        var told: [String] = []
        for _ in 0..<Jokes.all.count * 2 {
            let joke = try await fixture.ask("Tell me a joke.", history: history.suffix(20)).text
            #expect(Jokes.all.contains(joke))
            #expect(joke != told.last)
            told.append(joke)
            history += [ChatMessage(.user, "Tell me a joke."), ChatMessage(.assistant, joke)]
        }
        #expect(Set(told).count == Jokes.all.count)
    }

    /// Each row: what was said, and the answer to our question.
    @Test(arguments: [
        ("Set a timer.", "Five minutes.", "Timer set for 5 minutes."),
        ("Set a pasta timer.", "For eight minutes, please.", "Pasta timer set for 8 minutes."),
        ("Set an alarm.", "Seven a.m.", "Alarm set for 7 a.m. tomorrow."),
        ("Remind me to call Anna.", "At nine.", "I'll remind you at 9 p.m. today: call Anna."),
        ("Remind me to call Anna.", "Tomorrow at noon.", "I'll remind you at noon tomorrow: call Anna."),
        ("Take a note.", "The key is under the mat.", "I noted: The key is under the mat."),
        ("Set a timer.", "Never mind.", "Okay."),
        ("Set a timer.", "What time is it?", "It's 7:15 p.m."),
    ])
    func understandsTheAnswerToItsQuestion(_ first: String, _ second: String, _ answer: String) async throws {
        let fixture = try await BrainFixture()
        let question = try await fixture.say(first)
        let history = [ChatMessage(.user, first), ChatMessage(.assistant, question)]
        #expect(try await fixture.ask(second, history: history).text == answer)
    }

    @Test(arguments: [
        ("The pasta timer.", "I canceled the pasta timer."), ("pasta", "I canceled the pasta timer."),
        ("The pasta one.", "I canceled the pasta timer."),
        ("The twenty minute timer", "I canceled the 20 minute timer."),
        ("The first one.", "I canceled the pasta timer."), ("All of them.", "I canceled all 2 timers."),
        ("The tea timer.", "I can't find that timer."), ("No.", "Okay."),
    ])
    func understandsWhichOneIsMeant(_ words: String, _ answer: String) async throws {
        let fixture = try await BrainFixture()
        _ = try await fixture.say("Set a pasta timer for 8 minutes.")
        _ = try await fixture.say("Set a timer for 20 minutes.")
        let question = try await fixture.say("Cancel the timer.")
        let history = [ChatMessage(.user, "Cancel the timer."), ChatMessage(.assistant, question)]
        #expect(try await fixture.ask(words, history: history).text.hasPrefix(answer))
    }

    @Test func greetsByTheTimeOfDay() async throws {
        let morning = try await BrainFixture(at: LocalTime(year: 2025, month: 3, day: 4, hour: 8))
        #expect(try await morning.say("Good morning!") == "Good morning! What can I do for you?")
    }

    @Test func saysHonestlyWhatItLacks() async throws {
        let reply = try await BrainFixture().ask("What's the capital of France?")
        #expect(reply.text.hasPrefix("I need a language model for that."))
        #expect(reply.text.contains("GROQ_API_KEY"))
        #expect(reply.source == .skill("no model"))
    }

    @Test(arguments: ["", "   ", "...", "?!"])
    func asksAgainWhenNothingWasSaid(_ words: String) async throws {
        #expect(try await BrainFixture().say(words) == "I didn't catch that. Could you say it again?")
    }

    /// Nothing that is said may break it.
    @Test(arguments: [
        String(repeating: "one ", count: 5000), String(repeating: "(", count: 3000) + "1",
        String(repeating: "9", count: 10_000),
        String(repeating: "minus ", count: 2000) + "1 plus 1",
        "set a timer for " + String(repeating: "9", count: 400) + " hours",
        "add " + String(repeating: "x, ", count: 3000) + " to my shopping list", "\u{0}\u{FFFF}\u{200D}🧑‍🧑‍🧒",
        "remind me at",
        "what is 1 / 0 / 0", "what day is February 30th", "what is the date in 999999999999 days",
        "in 99999999 years what day is it",
        String(repeating: "square root of ", count: 500) + "4", "wake me at 99", "set an alarm for -1",
        "5 to the power of minus 2",
    ])
    func survives(_ words: String) async throws {
        let text = try await BrainFixture().say(words)
        #expect(!text.isEmpty)
        #expect(text.utf8.count < 20_000)
    }
}
