/// The path through a matrix, from the first row and column to the last, that collects the most: each step goes to the
/// next row, the next column, or both (dynamic time warping).
package enum TimeWarping {
    private enum Step: UInt8 {
        case both, row, column
    }

    /// - Parameter attention: at least one row and one column.
    /// - Returns: for each row the column where the path enters it; empty for an empty matrix.
    package static func starts(_ attention: CrossAttention) -> [Int] {
        let (rows, columns) = (attention.rows, attention.columns)
        guard rows > 0, columns > 0 else { return [] }
        var steps = [Step](repeating: .column, count: rows * columns)
        // Costs up to the row above and up to this one; the place before the first column stands for none.
        var above = [Float](repeating: .infinity, count: columns + 1)
        above[0] = 0
        for row in 0..<rows {
            var costs = [Float](repeating: .infinity, count: columns + 1)
            for column in 0..<columns {
                let (both, next, along) = (above[column], above[column + 1], costs[column])
                let step: Step = both <= next && both <= along ? .both : next <= along ? .row : .column
                steps[row * columns + column] = step
                costs[column + 1] = min(both, next, along) - attention.values[row * columns + column]
            }
            above = costs
        }
        return trace(steps, rows: rows, columns: columns)
    }

    private static func trace(_ steps: [Step], rows: Int, columns: Int) -> [Int] {
        var starts = [Int](repeating: 0, count: rows)
        var (row, column) = (rows - 1, columns - 1)
        while true {
            starts[row] = column
            // In the first row there is only the way back along it, and in the first column only the way up.
            let step: Step = row == 0 ? .column : column == 0 ? .row : steps[row * columns + column]
            if row == 0, column == 0 { return starts }
            if step != .column { row -= 1 }
            if step != .row { column -= 1 }
        }
    }
}
