using DeclServer.Generator.Model;

namespace DeclServer.Generator.Planning;

/// <summary>
/// Lays fields of bits into runs of whole bytes. A run that the common fields leave open is completed by each case: read as far as it goes
/// for the tag, then whole.
/// </summary>
internal sealed class BitPlanner(MessageSpec spec, List<Problem> problems)
{
    private const int MostBytes = 8;
    private readonly Dictionary<FieldSpec, BitPlace> _places = [];

    public BitPlace? Place(FieldSpec field) => _places.TryGetValue(field, out BitPlace? place) ? place : null;

    public void Plan(FieldSpec[] common, IEnumerable<FieldSpec[]> cases)
    {
        FieldSpec[] open = Runs(common, []);
        FieldSpec[][] all = [.. cases];
        if (open.Length == 0)
        {
            foreach (FieldSpec[] fields in all)
            {
                Complete(fields, Runs(fields, []));
            }

            return;
        }

        if (all.Length == 0)
        {
            Complete(common, open);
            return;
        }

        Add(open, [], isPeek: true);
        foreach (FieldSpec[] fields in all)
        {
            Complete(fields, Runs(fields, open));
        }
    }

    /// <summary>Places the runs that are whole; gives the fields of the one left open at the end.</summary>
    private FieldSpec[] Runs(FieldSpec[] fields, FieldSpec[] before)
    {
        List<FieldSpec> run = [];
        FieldSpec[] shared = before;
        foreach (FieldSpec field in fields)
        {
            if (field.Encoding.Kind != EncodingKind.Bits || field.Before.Count > 0 || field.Align > 0 || field.When.Length > 0)
            {
                if (field.Encoding.Kind == EncodingKind.Bits)
                {
                    problems.Add(Problem.Of(ProblemId.Field, field.Label, "Bits", field.Label, "a field of bits stands alone: no [Literal(Before)], [Align] or [When] on it"));
                }

                if (run.Count + shared.Length > 0)
                {
                    Complete(fields, [.. run], shared);
                    run.Clear();
                    shared = [];
                }

                continue;
            }

            run.Add(field);
            if ((Bits(shared) + Bits(run)) % 8 == 0)
            {
                Add([.. run], shared, isPeek: false);
                run.Clear();
                shared = [];
            }
        }

        if (shared.Length > 0)
        {
            Complete(fields, [.. run], shared);
            return [];
        }

        return [.. run];
    }

    private void Complete(FieldSpec[] fields, FieldSpec[] open) => Complete(fields, open, []);

    private void Complete(FieldSpec[] fields, FieldSpec[] open, FieldSpec[] shared)
    {
        if (open.Length + shared.Length > 0)
        {
            FieldSpec last = open.LastOrDefault() ?? fields.FirstOrDefault() ?? shared.Last();
            problems.Add(Problem.Of(
                ProblemId.Field, last.Label, "Bits", last.Label, $"the run of bits it ends has {Bits(shared) + Bits(open)} bits: let it fill whole bytes, with a field for the bits that are reserved"));
        }
    }

    private void Add(FieldSpec[] run, FieldSpec[] shared, bool isPeek)
    {
        int bits = Bits(shared) + Bits(run);
        int bytes = (bits + 7) / 8;
        if (bytes > MostBytes)
        {
            problems.Add(Problem.Of(ProblemId.Field, run[0].Label, "Bits", run[0].Label, $"its run of bits takes {bytes} bytes, and {MostBytes} at most are read at once: end it at a byte before"));
            return;
        }

        List<(FieldSpec, int)> parts = [];
        int before = 0;
        foreach (FieldSpec field in shared.Concat(run))
        {
            parts.Add((field, spec.LittleEndian ? before : (8 * bytes) - before - field.Encoding.Size));
            before += field.Encoding.Size;
        }

        BitRun planned = new(
            "bitsOf" + (shared.FirstOrDefault() ?? run[0]).Label + (shared.Length > 0 ? run[0].Label : ""), bytes, run[0].Name, isPeek, isPeek ? [] : parts);
        foreach ((FieldSpec field, int shift) in parts.Skip(shared.Length))
        {
            _places[field] = new BitPlace(planned, shift, field == run.Last() && !isPeek);
        }
    }

    private static int Bits(IEnumerable<FieldSpec> fields) => fields.Sum(static f => f.Encoding.Size);
}
