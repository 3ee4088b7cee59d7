@main
struct Hotpin {
    static func main() async {}
}
