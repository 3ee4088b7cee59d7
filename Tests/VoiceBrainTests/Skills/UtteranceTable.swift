import Testing

/// Utterances as recognisers write them, and the skill each belongs to.
enum UtteranceTable {
    struct Row: Sendable, CustomTestStringConvertible {
        let words: String
        let skill: String
        var testDescription: String { words }
    }

    static let rows: [Row] = groups.flatMap { group in group.words.map { Row(words: $0, skill: group.skill) } }

    private static let groups: [(skill: String, words: [String])] = [
        (
            "time",
            [
                "What time is it?", "what's the time", "Tell me the time.", "Do you have the time?", "Time, please.",
                "Could you tell me what time it is?", "Hey Hotpin, what time is it right now?",
                "What is the current time?",
                "Do you know what time it is?", "Got the time?", "Excuse me, what time is it?",
            ]
        ),
        (
            "date",
            [
                "What day is it?", "What's the date?", "What's today's date?", "what day is today",
                "What day is tomorrow?",
                "What day is it tomorrow?", "What day was yesterday?", "What day is Christmas?",
                "What day is christmas on?",
                "What is the date in 10 days?", "What day will it be in three weeks?", "What's the date in ten days?",
                "When is Christmas?", "When is Easter this year?", "How many days until Christmas?",
                "How long until Halloween?",
                "What year is it?", "What month is it?", "What day of the week is July 4th, 2026?",
                "What day of the week is the 4th of July?", "what day was it three days ago", "When is Thanksgiving?",
                "What day of the week was March 1st 1999?", "What's the date next Friday?", "What's tomorrow's date?",
                "When is Valentine's Day?", "How many weeks until New Year's Eve?", "What date is next Monday?",
                "What day does Christmas fall on?", "Tell me the date.", "What is today?",
                "What day is it the day after tomorrow?",
            ]
        ),
        (
            "timer",
            [
                "set a timer for 5 minutes.", "Set a timer for five minutes please", "Set a 10-minute timer.",
                "Start a timer for half an hour.", "Set a timer for an hour and a half.", "Timer, 5 minutes.",
                "Five minute timer", "Set a pasta timer for 8 minutes.", "Set a timer for 8 minutes called pasta.",
                "Set another timer for three minutes.", "Start a 90 second timer.", "set timer five minutes",
                "Can you set a timer for twenty-five minutes?", "Set a timer for 2 hours and 30 minutes.",
                "Set a timer.",
                "Set a timer for 1 hour 30 minutes", "Set a timer for the eggs for six minutes",
                "Set a timer for one hour thirty",
                "Please start a timer for 45 seconds.", "Set an egg timer for 7 minutes",
                "Create a timer for 15 minutes",
                "I need a timer for ten minutes.", "Set a one hour timer.", "Set a timer for a minute and a half.",
                "Set a timer for quarter of an hour", "Put on a timer for twenty minutes.",
                "Set the timer for 12 minutes.",
                "How much time is left?", "How long is left on my timer?", "How much time is left on the pasta timer?",
                "What timers do I have?", "List my timers.", "How much longer on the timer?", "Do I have any timers?",
                "Cancel the timer.", "Stop the timer!", "Cancel my pasta timer.", "Cancel all timers.",
                "Delete the 5 minute timer.", "Turn off the timer", "Clear all my timers", "Cancel the first timer.",
                "Cancel the timer for the eggs.", "Check the timer.", "When will the timer go off?",
                "Is my timer done?",
            ]
        ),
        (
            "alarm",
            [
                "Set an alarm for 7 a.m.", "Set an alarm for seven.", "Wake me up at 6:30.",
                "Wake me at seven thirty tomorrow.",
                "Set alarm for 7:15 PM", "Set an alarm for noon.",
                "Set an alarm for quarter past seven in the morning.",
                "Set an alarm for tomorrow at 8.", "Set an alarm for Friday at 9 a.m.",
                "Wake me up tomorrow morning at six.",
                "Wake me up in 20 minutes.", "Set an alarm for 6 o'clock tonight.", "Set a 7 a.m. alarm.",
                "Set an alarm.",
                "Set an alarm for half past six tomorrow morning", "Set an alarm for midnight.",
                "Set an alarm every day at 7.",
                "List my alarms.", "What alarms do I have?", "When is my next alarm?", "Cancel my alarm.",
                "Cancel the 7 a.m. alarm.", "Delete all alarms.", "Cancel the alarm for 7:15",
                "What time is my alarm set for?",
                "Set an alarm at ten to six.", "Set an alarm for 19:30.", "Turn off my alarm.", "Wake me up.",
                "Do I have an alarm set?", "What are my reminders?",
            ]
        ),
        (
            "reminder",
            [
                "Remind me to call Anna at five.", "Remind me in 10 minutes to check the oven.",
                "Remind me to call mom in twenty minutes.", "Remind me at 5 p.m. to call Anna.",
                "Remind me tomorrow at nine to water the plants.", "Remind me to take out the trash.",
                "Set a reminder.",
                "Set a reminder to buy milk tomorrow at 10 a.m.", "Remind me on Friday at noon to pay the rent.",
            ]
        ),
        (
            "shopping list",
            [
                "Add milk to my shopping list.", "Add milk, eggs and bread to the shopping list.",
                "Put bananas on the grocery list.", "What's on my shopping list?", "Read my shopping list.",
                "Remove milk from the shopping list.", "Take eggs off my list.", "Clear my shopping list.",
                "Delete everything from the shopping list", "Is milk on my shopping list?", "What do I need to buy?",
                "Add to my shopping list two pounds of flour.", "Please add some butter to the list.",
                "Empty the shopping list",
                "Shopping list.", "Do I have eggs on my shopping list?", "Cross bread off the list.",
                "Can you add toilet paper to my shopping list?", "Show me my grocery list.",
            ]
        ),
        (
            "shopping list?",
            ["Add milk.", "We need bread and butter.", "I need to buy milk and eggs.", "Buy batteries."]
        ),
        (
            "notes",
            [
                "Take a note: the key is under the mat.", "Make a note that the car is in for repair.",
                "Note that the meeting is moved.", "Write down 555 1234.", "Add call the plumber to my notes.",
                "Remember that the gate code is 4711.", "Read my notes.", "What are my notes?", "Do I have any notes?",
                "Delete note 2.", "Delete the second note.", "Delete the last note.", "Delete all my notes.",
                "Delete the note about the key.", "Take a note.", "Delete note two", "What did I ask you to remember?",
                "Clear my notes.", "Make a note to call the bank.",
            ]
        ),
        (
            "arithmetic",
            [
                "what's 7 times 8", "What is 7 x 8?", "What is seven times eight?", "What's five plus three?", "5 + 3",
                "How much is 100 minus 37?", "What is 12 divided by 4?", "What's 15% of 80?",
                "What is 15 percent of 80?",
                "What's twenty percent off 50?", "What is 2 to the power of 10?", "2 to the 10th power",
                "What is 9 squared?",
                "What's five cubed?", "What's the square root of 144?", "What is the cube root of 27?",
                "2 plus 3 times 4", "What is open parenthesis 2 plus 3 close parenthesis times 4?", "What's (2+3)*4?",
                "Calculate 1,000 times 1,000.", "What is a hundred and three plus twenty-five?", "What's half of 30?",
                "Add 5 and 3.", "Subtract 3 from 10.", "Multiply 6 by 7.", "Divide 20 by 4.",
                "What is 5 divided by zero?",
                "What is the sum of 3 and 4?", "What's three point five times two?", "What is minus 5 plus 3?",
                "What's 80 plus 15%?", "What does 6 times 7 equal?", "How much is two and a half times four?",
                "What is 5 factorial?", "7 times 8 equals?", "What's 10 - 3?", "What's 2^8?", "Double 21.",
                "What is 17 mod 5?",
            ]
        ),
        (
            "conversion",
            [
                "Convert 10 miles to kilometers.", "How many kilometers is 10 miles?",
                "What is 72 degrees Fahrenheit in Celsius?",
                "How many ounces are in a pound?", "How many cups in a gallon?",
                "What's 5 feet 10 inches in centimeters?",
                "Convert 30 degrees Celsius to Fahrenheit", "What is 100°F in °C?",
                "How many feet are there in a mile?",
                "convert 5 kg to pounds", "10 km in miles", "How many minutes are in a day?", "What's 60 mph in km/h?",
                "How many square feet are in an acre?", "Convert 2 cups to milliliters",
                "How many megabytes are in a gigabyte?",
                "What's 30 degrees in Fahrenheit?", "How much is 5 pounds in kilos?", "convert half a mile to meters",
                "How many seconds are in two and a half hours?", "What is a mile in kilometers?",
                "Convert 1.5 liters to pints.",
                "Convert 10 miles to kilograms.", "How many tablespoons are in a cup?",
                "Minus 40 Fahrenheit in Celsius.",
                "How many fluid ounces are in a liter?", "Convert 12 stone to kilograms",
            ]
        ),
        (
            "repeat",
            [
                "Say that again.", "Can you repeat that?", "What did you say?", "Pardon?", "Repeat that please.",
                "Sorry, what?",
            ]
        ),
        (
            "stop",
            [
                "Stop.", "Cancel.", "Never mind.", "Stop it!", "Be quiet.", "That's enough.", "No, never mind.",
                "Forget it.",
            ]
        ),
        (
            "joke",
            [
                "Tell me a joke.", "Do you know a joke?", "Tell me another one.", "Make me laugh.", "Tell a joke",
                "Another joke!",
                "Can you tell me a joke?",
            ]
        ),
        (
            "capabilities",
            ["What can you do?", "Help.", "How can you help me?", "What can I say?", "Tell me what you can do."]
        ),
        (
            "small talk",
            [
                "Hello!", "Hi there.", "How are you?", "Hello, how are you?", "Thanks.", "Thank you very much.",
                "Goodbye.",
                "Who are you?", "What's your name?", "Good morning.", "Good night.", "Are you there?",
                "Can you hear me?",
                "Hey Hotpin!", "Nice to meet you.", "Testing, one, two, three.", "How old are you?", "Okay, thanks.",
                "Good evening!",
            ]
        ),
        (
            "-",
            [
                "What time does the museum open?", "who wrote the joke", "Remind me how photosynthesis works.",
                "What's the capital of France?", "convert to islam history", "How do I convert to Catholicism?",
                "What time is it in Tokyo?", "What day did the war end?", "Who invented the timer?",
                "How does an egg timer work?",
                "What is a timer?", "Tell me about alarms.", "Why do alarms ring?",
                "What is the history of the alarm clock?",
                "How long is the Nile?", "How far is the moon?", "How many people live in Berlin?",
                "How many legs does a spider have?",
                "What is the square root of love?", "What is five?", "Why is seven times eight so hard?",
                "What's the weather like?",
                "Who is the president?", "Play some music.", "Turn on the lights.", "We need to talk.",
                "Pause the music.", "The five minute timer.", "Set a time for the meeting.", "What is Christmas?",
                "When is the next train?",
                "Write a poem about time.", "Tell me a story.", "Explain the joke about the chicken.",
                "What makes a joke funny?",
                "Add a verse to the poem.", "What's the best shopping list app?", "Take me to the moon.",
                "Remember the Titans.",
                "Do you remember when we met?", "What did Caesar say?", "Repeat after me.",
                "Stop the war in the world.",
                "Cancel culture is what?", "How do you say hello in French?", "Say thank you in Spanish.",
                "Good morning Vietnam is a film.",
                "What is the difference between a cat and a dog?", "What is half of the population of France?",
                "How much is the fish?", "Convert this text to French.", "What is 10 dollars in euros?",
                "Delete my account.",
                "What's the date of the battle of Hastings?", "How many days did it rain?", "Set the table.",
                "Set up my email.",
                "Wake up!", "Wake me when it's over.",
                "Note the difference between affect and effect in grammar, is it important?",
                "How long until the sun burns out?", "Is it going to rain tomorrow?", "What are you wearing?",
                "How are planes built?",
                "Who are the Beatles?", "", "Give me a recipe for pancakes.", "Divide and conquer.",
                "Multiply and be fruitful.",
                "What happened on March 4th 1933?", "Why do we sleep?", "The time is out of joint.",
                "Timers are great, aren't they?",
            ]
        ),
    ]
}
