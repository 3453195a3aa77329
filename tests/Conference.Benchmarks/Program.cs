using BenchmarkDotNet.Running;
using Conference.Benchmarks.Sip;

// dotnet run -c Release --project tests/Conference.Benchmarks -- --filter '*Mixer*'
// dotnet run -c Release --project tests/Conference.Benchmarks -- storm
if (args is ["storm"]) return await Storm.RunAsync();
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
