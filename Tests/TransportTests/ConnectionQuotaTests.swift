import Testing
import Transport

@Suite struct ConnectionQuotaTests {
    @Test func addressesAreCountedApart() {
        var quota = ConnectionQuota(total: 10, perAddress: 2)
        #expect(quota.enter("a") == .accepted)
        #expect(quota.enter("a") == .accepted)
        #expect(quota.enter("a") == .tooManyOfAddress)
        #expect(quota.enter("b") == .accepted)
        quota.leave("a")
        #expect(quota.enter("a") == .accepted)
        #expect(quota.enter("a") == .tooManyOfAddress)
    }

    @Test func allAreCountedTogether() {
        var quota = ConnectionQuota(total: 2, perAddress: 2)
        #expect(quota.enter("a") == .accepted)
        #expect(quota.enter("b") == .accepted)
        #expect(quota.enter("c") == .tooMany)
        quota.leave("b")
        #expect(quota.enter("c") == .accepted)
    }

    @Test func leavingWithoutHavingEnteredChangesNothing() {
        var quota = ConnectionQuota(total: 1, perAddress: 1)
        quota.leave("a")
        #expect(quota.enter("a") == .accepted)
        #expect(quota.enter("b") == .tooMany)
        quota.leave("b")
        #expect(quota.enter("b") == .tooMany)
    }
}
