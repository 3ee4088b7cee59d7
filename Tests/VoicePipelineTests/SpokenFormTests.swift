import Testing
import VoicePipeline

@Suite struct SpokenFormTests {
    @Test(arguments: [
        // Times.
        ("The train leaves at 19:30.", "The train leaves at 19 30."),
        ("The train leaves at 08:05.", "The train leaves at 8 oh 5."),
        ("It is 7:15 p.m.", "It is 7 15 p.m."),
        ("It's 7 p.m. now.", "It's 7 p.m. now."),
        ("It starts at 7:00 AM.", "It starts at 7 AM."),
        ("It starts at 7:00 a.m.", "It starts at 7 a.m."),
        ("It starts at 12:00.", "It starts at 12 o'clock."),
        ("It starts at 17:00 or 0:00.", "It starts at 17 hundred or midnight."),
        ("Open 9:00-17:30.", "Open 9 to 17 30."),
        ("It took 1:02:03.", "It took 1 oh 2 and 3 seconds."),
        // Dates and years.
        ("Today is 2026-11-21.", "Today is November 21st, 20 26."),
        ("The date is 11/21/2026.", "The date is November 21st, 20 26."),
        ("The date is 21/11/2026.", "The date is November 21st, 20 26."),
        ("She was born in 1984.", "She was born in 19 84."),
        ("The year is 2026.", "The year is 20 26."),
        ("Since 1905 it grew.", "Since 19 oh 5 it grew."),
        ("It was founded in 1905, they say.", "It was founded in 19 oh 5, they say."),
        ("In 1850 the town was small.", "In 18 50 the town was small."),
        ("It happened in 2005.", "It happened in 2005."),
        ("It was built in 1900.", "It was built in 1900."),
        ("On March 4, 2026, it rains.", "On March 4, 20 26, it rains."),
        ("Between 1939 and 1945 or 1914-1918.", "Between 19 39 and 19 45 or 19 14 to 19 18."),
        ("In the 1990s it grew.", "In the 19 nineties it grew."),
        ("In 1984 people came.", "In 1984 people came."),
        ("It is 1984 meters long.", "It is 1984 meters long."),
        ("That's 1250.", "That's 1250."),
        // Units.
        ("It is 5 km away.", "It is 5 kilometers away."),
        ("It is 1 km away.", "It is 1 kilometer away."),
        ("It is 20 °C outside.", "It is 20 degrees Celsius outside."),
        ("It is -5°C outside.", "It is minus 5 degrees Celsius outside."),
        ("It is 68°F outside.", "It is 68 degrees Fahrenheit outside."),
        ("Turn it by 90°.", "Turn it by 90 degrees."),
        ("He drives at 60 km/h.", "He drives at 60 kilometers per hour."),
        ("It falls 9.81 m/s.", "It falls 9.81 meters per second."),
        ("Take 3 kg of potatoes.", "Take 3 kilograms of potatoes."),
        ("Add 250ml of milk and 5 g of salt.", "Add 250 milliliters of milk and 5 grams of salt."),
        ("The room is 20 m² large.", "The room is 20 square meters large."),
        ("It takes 2 hrs and 30 min.", "It takes 2 hours and 30 minutes."),
        ("It flew 12,000 mph.", "It flew 12000 miles per hour."),
        ("The CPU runs at 3.2 GHz.", "The CPU runs at 3.2 gigahertz."),
        ("It is 6 ft 2 in tall.", "It is 6 feet 2 inches tall."),
        ("He is 6'2\" tall.", "He is 6 foot 2 tall."),
        ("It lasts 20 s or 1 min.", "It lasts 20 seconds or 1 minute."),
        // Money.
        ("It costs $3.50.", "It costs 3 dollars and 50 cents."),
        ("It costs $1.", "It costs 1 dollar."),
        ("It costs $1,299.99 now.", "It costs 1299 dollars and 99 cents now."),
        ("It costs €20.", "It costs 20 euros."),
        ("It costs 19.99 € today.", "It costs 19 euros and 99 cents today."),
        ("It costs £7.50 or $0.05.", "It costs 7 pounds and 50 pence or 5 cents."),
        ("It made $3 million.", "It made 3 million dollars."),
        ("It made $2.5bn.", "It made 2.5 billion dollars."),
        ("It costs $3-5.", "It costs 3 to 5 dollars."),
        ("It costs $3–$5.", "It costs 3 to 5 dollars."),
        // Ranges, fractions, ratios, sums.
        ("Cook for 3-5 minutes.", "Cook for 3 to 5 minutes."),
        ("Cook it 10–15 min.", "Cook it 10 to 15 minutes."),
        ("Temperatures: 15-20 °C.", "Temperatures: 15 to 20 degrees Celsius."),
        ("It is 10-15% off.", "It is 10 to 15% off."),
        ("Add 3/4 of a cup.", "Add 3 quarters of a cup."),
        ("Add 1/2 cup and 1 1/2 cups.", "Add one half cup and 1 and a half cups."),
        ("Open 24/7.", "Open 24 7."),
        ("The score was 3:2.", "The score was 3 to 2."),
        ("It is 5 x 3 meters.", "It is 5 by 3 meters."),
        ("10 / 4 = 2.5.", "10 divided by 4 = 2.5."),
        ("5 - 3 is 2.", "5 minus 3 is 2."),
        ("It is 3×10^8 m.", "It is 3×10 to the power of 8 meters."),
        // Telephone numbers.
        ("Call 555-123-4567 now.", "Call 5 5 5, 1 2 3, 4 5 6 7 now."),
        ("Call +1 555 123 4567 now.", "Call plus 1, 5 5 5, 1 2 3, 4 5 6 7 now."),
        // Abbreviations.
        ("No. 5 is alive.", "number 5 is alive."),
        ("Meet me on Nov. 21, 2026.", "Meet me on November 21, 20 26."),
        ("Read p. 45 and pp. 46-48.", "Read page 45 and pages 46 to 48."),
        ("It's 3 vs. 5.", "It's 3 versus 5."),
    ])
    func saysItAsPeopleDo(text: String, expected: String) {
        #expect(SpokenForm.english(text) == expected)
    }

    /// What the phonemizer says well, and what only looks like something else.
    @Test(arguments: [
        "", "Hello.", "It has 1,234.5 kilometers of coast.", "He came in 1st and she came in 2nd.", "It is 25% off.",
        "2 + 2 = 4.", "6 × 7 = 42.", "Room 101 is on floor 3.", "Version 2.0.1 is out.", "See 10.0.0.1 there.",
        "Boeing 747-400 and A320-200.", "Covid-19 and F-16.", "It is 5 in the morning.", "One in 5 people.",
        "He has 3 GBs.", "No. It is not.", "I see. 5 of them.", "Add ½ cup.", "World War II.", "12345678901234567890",
        "1,23 and 1,2345", "19,99 €", "1.2.3.4.5", "99/0", "-", "$", "$ 5 a", "+", "+1", "3-", "2026-13-45",
        "Say 5 a.m. or 6 p.m.", "She is in her 20s.", "The answer is no. 5 came.", "The 1-2-3 of it.", "x-5 and v2.0.1",
        "5'", "1/", "a-1:2", "the 7-Eleven shop",
    ])
    func leavesTheRestAlone(text: String) {
        #expect(SpokenForm.english(text) == text)
    }

    @Test func noInputIsTooStrange() {
        let parts = [
            "1", "23", "1999", "000", ",", ".", "-", "–", ":", "/", "$", "€", " ", "km", "°", "C", "%", "+", "^", "x",
            "'", "\"", "p", "No", "s", "½", "٣", "\u{301}", "in", "²", "AM",
        ]
        var state: UInt64 = 7
        for _ in 0..<1_000 {
            var text = ""
            for _ in 0..<12 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text += parts[Int((state >> 33) % UInt64(parts.count))]
            }
            let spoken = SpokenForm.english(text)
            #expect(spoken.count <= 20 * text.count + 40)
        }
        _ = SpokenForm.english(String(repeating: "9", count: 10_000))
        _ = SpokenForm.english(String(repeating: "1 ", count: 5_000))
        _ = SpokenForm.english(String(repeating: "1-", count: 5_000))
    }
}
