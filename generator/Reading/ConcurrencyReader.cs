using DeclServer.Generator.Model;
using Microsoft.CodeAnalysis;

namespace DeclServer.Generator.Reading;

/// <summary>Reads the <c>[Concurrency]</c> attributes of a server.</summary>
internal static class ConcurrencyReader
{
    /// <summary>The models in the order of <c>ConcurrencyModel</c>.</summary>
    private static readonly string[] s_models = ["EventLoop", "Hybrid", "ThreadPool", "ThreadPerConnection", "ProcessPerConnection"];

    private static readonly (string Name, int Min, int Max, string[] Models)[] s_parameters =
    [
        ("Loops", 1, 64, ["EventLoop", "Hybrid"]),
        ("Workers", 1, 1_024, ["Hybrid", "ThreadPool", "EventLoop"]),
        ("QueueLength", 0, 65_535, ["ThreadPool"]),
        ("MaxThreads", 1, 65_535, ["ThreadPerConnection"]),
        ("MaxProcesses", 1, 4_096, ["ProcessPerConnection"]),
        ("SpareProcesses", 1, 1_024, ["ProcessPerConnection"]),
        ("MaxConnectionsPerProcess", 0, 1_000_000, ["ProcessPerConnection"]),
    ];

    /// <summary>The models, the default one first.</summary>
    public static EquatableArray<ConcurrencySpec> Read(INamedTypeSymbol symbol, List<Problem> problems)
    {
        List<ConcurrencySpec> models = [];
        foreach (AttributeData attribute in symbol.GetAttributes().Where(static a => Attributes.Is(a, "Concurrency")))
        {
            int index = Attributes.At(attribute, 0, -1);
            if (index < 0 || index >= s_models.Length)
            {
                problems.Add(Problem.Of(ProblemId.Setting, "", "Concurrency", $"the model is no ConcurrencyModel, but {index}"));
                continue;
            }

            string model = s_models[index];
            if (models.Any(m => m.Model == model))
            {
                problems.Add(Problem.Of(ProblemId.Setting, "", "Concurrency", $"the model {model} is given twice"));
                continue;
            }

            models.Add(new ConcurrencySpec(model, ReadParameters(attribute, model, problems)));
        }

        return new(models.Count == 0 ? [new ConcurrencySpec("EventLoop", default)] : models);
    }

    private static EquatableArray<LimitSpec> ReadParameters(AttributeData attribute, string model, List<Problem> problems)
    {
        List<LimitSpec> parameters = [];
        foreach ((string name, int min, int max, string[] models) in s_parameters)
        {
            if (!Attributes.HasNamed(attribute, name))
            {
                continue;
            }

            int value = Attributes.Named(attribute, name, min - 1);
            if (!models.Contains(model))
            {
                problems.Add(Problem.Of(ProblemId.Setting, "", "Concurrency", $"{name} = {value} is for {string.Join(" and ", models)}, and {model} has none"));
            }
            else if (value < min || value > max)
            {
                problems.Add(Problem.Of(ProblemId.Setting, "", "Concurrency", $"{name} = {value} is not from {min} to {max}"));
            }

            parameters.Add(new LimitSpec(name, value));
        }

        return new(parameters);
    }
}
