/// Threads of an engine that share a kind of work. While there is work in a lane, that of the lanes after it pauses.
package enum EngineLane: CaseIterable {
    /// What people who speak wait for, and looks.
    case foreground
    case requests
    case background

    /// Where work goes if an engine has all lanes.
    package init(_ priority: EnginePriority) {
        switch priority {
        case .background: self = .background
        case .request: self = .requests
        case .partial, .continuation, .ahead, .turn: self = .foreground
        }
    }
}
