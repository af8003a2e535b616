using Xunit;

// Each test has a server and clients of its own; two cores do not need more of them at once.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
