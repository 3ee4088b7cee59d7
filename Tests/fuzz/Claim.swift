/// Ends the program unless a claim about the code under test holds; libFuzzer then keeps the input.
func claim(_ holds: Bool, _ words: @autoclosure () -> String, file: StaticString = #file, line: UInt = #line) {
    if !holds { fatalError("does not hold: \(words())", file: file, line: line) }
}
