using BenchmarkDotNet.Running;

// dotnet run -c Release --project tests/Conference.Benchmarks -- --filter '*Mixer*'
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
