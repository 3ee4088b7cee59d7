@main
struct Echo {
    static func main() async {}
}
