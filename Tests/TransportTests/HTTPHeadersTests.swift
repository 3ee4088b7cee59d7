import Testing
import Transport

@Suite struct HTTPHeadersTests {
    @Test func namesCompareWithoutCaseAndOrderStays() {
        var headers: HTTPHeaders = ["A": "1", "b": "2", "a": "3"]
        #expect(headers.first("a") == "1")
        #expect(headers.all("A") == ["1", "3"])
        headers.append("B", "4")
        headers.set("a", "5")
        #expect(headers.map(\.name) == ["b", "B", "a"])
        #expect(headers.map(\.value) == ["2", "4", "5"])
        #expect(headers.first("c") == nil)
    }
}
