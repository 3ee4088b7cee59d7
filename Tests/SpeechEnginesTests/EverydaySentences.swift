/// Answers as an assistant gives them: what speaking rates are measured on.
enum EverydaySentences {
    static let all = [
        "The weather in Paris is sunny today with light wind.",
        "Your timer for ten minutes is set.",
        "Water boils at one hundred degrees Celsius at sea level.",
        "I can help with that, because I know a lot about cooking.",
        "It is half past seven in the evening.",
        "You have three items on your shopping list: milk, eggs and bread.",
        "Sorry, I did not understand what you said.",
        "The quick brown fox jumps over the lazy dog, and then it goes home to sleep.",
        "At higher altitudes the boiling point drops because the air pressure is lower.",
        "Photosynthesis transforms electromagnetic radiation into chemical energy.",
        "I am here and you are there, so let us go on and do it now.",
        "Please wait a moment while I look for the answer to your question.",
        "I have added apples and a loaf of bread to your shopping list.",
        "There are seven days in a week and twelve months in a year.",
        "Today is Saturday, and the temperature outside is nineteen degrees.",
    ]
}
