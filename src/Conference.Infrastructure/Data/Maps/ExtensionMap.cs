using Conference.Core.Accounts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Conference.Infrastructure.Data.Maps;

internal sealed class ExtensionMap : IEntityTypeConfiguration<Extension>
{
    public void Configure(EntityTypeBuilder<Extension> extension)
    {
        extension.ToTable("extensions");
        extension.Property(e => e.Id).ValueGeneratedNever();
        extension.Property(e => e.Number).HasMaxLength(Extension.NumberLength);
        extension.Property(e => e.Name).HasMaxLength(Extension.NameLength);
        extension.Property(e => e.FirstName).HasMaxLength(Extension.NameLength);
        extension.Property(e => e.Organisation).HasMaxLength(Extension.NameLength);
        RulesMap.Configure(extension);
        extension.Ignore(e => e.Card);
        extension.HasIndex(e => e.Number).IsUnique();
        extension.HasMany(e => e.Devices).WithOne().HasForeignKey(d => d.ExtensionId).OnDelete(DeleteBehavior.Cascade);
        extension.HasOne<Person>().WithOne().HasForeignKey<Extension>(e => e.PersonId).OnDelete(DeleteBehavior.SetNull); // the phone stays when its owner leaves
    }
}
