import Testing
import VoiceBrain
import VoicePipeline
import VoiceTesting

/// What the skills say, each in a fresh session on Tuesday, March 4th, 2025, 7:15 p.m.
@Suite struct SkillAnswerTests {
    @Test(arguments: [
        ("What time is it?", "It's 7:15 p.m."),
        ("What's today's date?", "Today is Tuesday, March 4th, 2025."),
        ("What day is tomorrow?", "Tomorrow is Wednesday, March 5th."),
        ("What day is Christmas?", "Christmas Day is on Thursday, December 25th."),
        ("When is Easter?", "Easter Sunday is April 20th."),
        ("When is Valentine's Day?", "Valentine's Day is on Saturday, February 14th, 2026."),
        ("What is the date in 10 days?", "In 10 days it will be Friday, March 14th."),
        ("What day was it a week ago?", "A week ago it was Tuesday, February 25th."),
        ("What's the date in one month?", "In one month it will be Friday, April 4th."),
        ("What day of the week was July 20th 1969?", "July 20th, 1969 was a Sunday."),
        ("What day of the week is February 29th?", "February 29th, 2028 is a Tuesday."),
        ("How many days until March 5th?", "It's 1 day until March 5th."),
        ("How many weeks until Christmas?", "It's 42 weeks and 2 days until Christmas Day."),
        ("Is today Monday?", "No, today is Tuesday."),
        ("Is it Tuesday?", "Yes, today is Tuesday."),
        ("What's the date and time?", "It's 7:15 p.m. on Tuesday, March 4th, 2025."),
        ("What's the day after tomorrow?", "The day after tomorrow is Thursday, March 6th."),
        ("What day will Christmas be this year?", "Christmas Day is on Thursday, December 25th."),
        ("When is Thanksgiving?", "Thanksgiving is on Thursday, November 27th."),
    ])
    func tellsTimeAndDate(_ words: String, _ answer: String) async throws {
        #expect(try await BrainFixture().say(words) == answer)
    }

    @Test(arguments: [
        (LocalTime(year: 2025, month: 1, day: 1), "It's midnight."),
        (LocalTime(year: 2025, month: 1, day: 1, hour: 12), "It's noon."),
        (LocalTime(year: 2025, month: 1, day: 1, hour: 0, minute: 5), "It's 12 oh 5 a.m."),
        (LocalTime(year: 2025, month: 1, day: 1, hour: 13), "It's 1 p.m."),
        (LocalTime(year: 2025, month: 1, day: 1, hour: 23, minute: 59), "It's 11:59 p.m."),
    ])
    func tellsTheTimeAroundTheClock(_ local: LocalTime, _ answer: String) async throws {
        #expect(try await BrainFixture(at: local).say("What time is it?") == answer)
    }

    @Test(arguments: [
        ("what's 7 times 8", "7 times 8 is 56."),
        ("What is seven x eight?", "7 times 8 is 56."),
        ("What is a hundred and three plus twenty-five?", "103 plus 25 is 128."),
        ("2 plus 3 times 4", "2 plus 3 times 4 is 14."),
        ("What's (2+3)*4?", "That's 20."),
        ("What is open parenthesis 2 plus 3 close parenthesis times 4?", "That's 20."),
        ("2 minus 3 minus 4", "2 minus 3 minus 4 is minus 5."),
        ("What is 10 divided by 4?", "10 divided by 4 is 2.5."),
        ("What is 10 divided by 3?", "10 divided by 3 is about 3.333."),
        ("What's 15% of 80?", "15 percent of 80 is 12."),
        ("What's 20 percent off 50 plus 5?", "20 percent off 50 plus 5 is 45."),
        ("What's 80 minus 25 percent?", "80 minus 25 percent is 60."),
        ("How much is 20% of $85?", "20 percent of 85 is 17."),
        ("What's half of 30?", "Half of 30 is 15."),
        ("What's a third of ninety?", "A third of 90 is 30."),
        ("2 to the power of 3 squared", "That's 64."),
        ("What is two to the tenth power?", "2 to the power of 10 is 1024."),
        ("What's the square root of 2?", "The square root of 2 is about 1.414."),
        ("What is the square root of 9 plus 16?", "The square root of 9 plus 16 is 19."),
        ("What's the square root of minus 4?", "That has no answer among the ordinary numbers."),
        ("What is 5 divided by zero?", "I can't divide by zero."),
        ("0 divided by 0", "I can't divide by zero."),
        ("What is 7 mod 0?", "I can't divide by zero."),
        ("What is 999999999999 times 999999999999?", "999,999,999,999 times 999,999,999,999 is about 1 septillion."),
        ("What is 9 to the power of 999?", "That number is too large for me to say."),
        ("What is 200 factorial?", "That number is too large for me to say."),
        ("What is 10 to the power of 50?", "10 to the power of 50 is about 1 times 10 to the power of 50."),
        ("What is 0.1 plus 0.2?", "0.1 plus 0.2 is 0.3."),
        ("What is 1.5 million plus 250 thousand?", "1,500,000 plus 250,000 is 1,750,000."),
        ("What's three point one four times two?", "3.14 times 2 is 6.28."),
        ("What's 2 dozen plus 1?", "24 plus 1 is 25."),
        ("Subtract 3 from 10.", "10 minus 3 is 7."),
        ("Add 5, 6 and 7.", "5 plus 6 plus 7 is 18."),
        ("What is 1 divided by 10 million?", "That's almost zero."),
        ("What is minus 5 times minus 4?", "Minus 5 times minus 4 is 20."),
        ("What is the difference between 10 and 4?", "10 minus 4 is 6."),
    ])
    func calculates(_ words: String, _ answer: String) async throws {
        #expect(try await BrainFixture().say(words) == answer)
    }

    @Test(arguments: [
        ("Convert 10 miles to kilometers.", "10 miles is about 16.09 kilometers."),
        ("How many ounces are in a pound?", "1 pound is 16 ounces."),
        ("How many ounces are in a cup?", "1 cup is 8 fluid ounces."),
        ("What's 5 feet 10 inches in centimeters?", "5 feet 10 inches is 177.8 centimeters."),
        ("What is 72 degrees Fahrenheit in Celsius?", "72 degrees Fahrenheit is about 22.2 degrees Celsius."),
        ("What's 30 degrees in Fahrenheit?", "30 degrees Celsius is 86 degrees Fahrenheit."),
        ("Minus 40 Fahrenheit in Celsius.", "Minus 40 degrees Fahrenheit is minus 40 degrees Celsius."),
        ("Convert minus 300 celsius to kelvin", "Nothing is that cold: absolute zero is minus 273.15 degrees Celsius."),
        ("How many feet are there in a mile?", "1 mile is 5280 feet."),
        ("What is 1 inch in cm?", "1 inch is 2.54 centimeters."),
        ("Convert 100 micrometers to miles", "100 micrometers is less than 0.000001 miles."),
        ("How many bytes are in a kibibyte?", "1 kibibyte is 1024 bytes."),
        ("How many days are in a year?", "1 year is 365 days."),
        ("What's 100 km/h in mph?", "100 kilometers per hour is about 62.14 miles per hour."),
        ("Convert 10 miles to kilograms.", "I can't convert miles to kilograms: one is a length, the other a weight."),
        ("Convert 10 miles to miles.", "10 miles is 10 miles."),
    ])
    func converts(_ words: String, _ answer: String) async throws {
        #expect(try await BrainFixture().say(words) == answer)
    }

    @Test(arguments: [
        ("Set an alarm for 7 a.m.", "Alarm set for 7 a.m. tomorrow."),
        ("Set an alarm for eight.", "Alarm set for 8 p.m. today."),
        ("Set an alarm for tomorrow at 8.", "Alarm set for 8 a.m. tomorrow."),
        ("Set an alarm for Friday at 9 a.m.", "Alarm set for 9 a.m. on Friday, March 7th."),
        ("Set an alarm for 9 o'clock tonight.", "Alarm set for 9 p.m. today."),
        ("Set an alarm for 6 o'clock this evening.", "That time has already passed."),
        ("Set an alarm for midnight.", "Alarm set for midnight tonight."),
        ("Set an alarm for midnight tonight.", "Alarm set for midnight tonight."),
        ("Wake me up at 8.", "Alarm set for 8 a.m. tomorrow."),
        ("Wake me tomorrow morning at quarter to seven.", "Alarm set for 6:45 a.m. tomorrow."),
        ("Set an alarm for 25:99.", "At what time? Say, for example: remind me at 5 p.m. to call home."),
        ("Set an alarm in ten minutes.", "Alarm set for 7:25 p.m. today."),
        ("Set an alarm for December 24th at noon.", "Alarm set for noon on Wednesday, December 24th."),
        ("Set an alarm for March 5th 2030 at noon.", "That's too far ahead. I can remember alarms for a year."),
        ("Remind me to call Anna at five.", "I'll remind you at 5 p.m. tomorrow: call Anna."),
        ("Remind me tomorrow at three to call Bob.", "I'll remind you at 3 p.m. tomorrow: call Bob."),
        (
            "Remind me to meet Anna on Friday about lunch at 9 a.m.",
            "I'll remind you at 9 a.m. tomorrow: meet Anna on Friday about lunch."
        ),
        ("Remind me in an hour to check the oven.", "I'll remind you at 8:15 p.m. today: check the oven."),
        (
            "Remind me to take my medicine every day at 9 p.m.",
            "I can only remind you once. Say, for example: remind me tomorrow at nine to water the plants."
        ),
        ("Remind me tonight to lock the door.", "I'll remind you at 8 p.m. today: lock the door."),
        ("Remind me tomorrow morning to call the doctor.", "I'll remind you at 9 a.m. tomorrow: call the doctor."),
        (
            "Remind me this morning to call the doctor.",
            "At what time? Say, for example: remind me at 5 p.m. to call home."
        ),
        ("Set a time for five minutes.", "Timer set for 5 minutes."),
        ("Set a timer for zero seconds.", "A timer needs at least one second."),
        ("Set a timer for 1000 weeks.", "That's too long for a timer. I can count up to 30 days."),
        ("Set a timer for one and a half hours.", "Timer set for 1 hour and 30 minutes."),
        ("Set a timer for two hours and a half", "Timer set for 2 hours and 30 minutes."),
        ("Set a timer for a couple of minutes", "Timer set for 2 minutes."),
    ])
    func setsTimersAndAlarms(_ words: String, _ answer: String) async throws {
        #expect(try await BrainFixture().say(words) == answer)
    }
}
