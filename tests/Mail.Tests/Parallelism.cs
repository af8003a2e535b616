using Xunit;

// Each test has a server of its own; the machine may have two cores.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
